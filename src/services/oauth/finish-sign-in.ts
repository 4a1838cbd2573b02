import { PenstockError } from "../../errors/penstock-error.ts";
import { finishConnectionSignIn } from "../connections/finish-sign-in.ts";
import { type Caller, type ServiceContext, withActor } from "../service-context.ts";
import { memberActor } from "../sessions/member-actor.ts";
import type { SessionView } from "../sessions/session-view.ts";
import { finishProviderSignIn } from "./finish-provider-sign-in.ts";
import { type Flow, type FlowPurpose, takeFlow } from "./flow.ts";

/** A sign-in that is over. */
export interface FinishedSignIn {
  readonly kind: FlowPurpose["kind"];
  /** Of the connection or provider. */
  readonly id: string;
  /** A path of this server. */
  readonly returnTo: string | undefined;
}

/**
 * Ends the sign-in of a person who comes back from a service. Whoever comes back must have the session of who began, and
 * still the role. Throws `oauth_flow_invalid`, `oauth_denied`, `oauth_failed`, and what saving throws.
 */
export async function finishSignIn(
  ctx: ServiceContext,
  input: {
    readonly session: SessionView;
    readonly query: URLSearchParams;
    readonly caller: Caller;
  },
): Promise<FinishedSignIn> {
  const { session, query, caller } = input;
  const flow = await takeFlow(ctx, { state: query.get("state") ?? "", userId: session.user.id });
  const as = withActor(ctx, actorOf(session, flow), caller);
  const { purpose, returnTo } = flow;
  const { id } =
    purpose.kind === "connection"
      ? await finishConnectionSignIn(as, { flow, purpose, query })
      : await finishProviderSignIn(as, { flow, purpose, query });
  return { kind: purpose.kind, id, returnTo };
}

function actorOf(session: SessionView, { orgId }: Flow) {
  if (!session.memberships.some((membership) => membership.orgId === orgId)) {
    throw new PenstockError("oauth_flow_invalid");
  }
  return memberActor(session, orgId);
}
