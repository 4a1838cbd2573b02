import { type Client, toHeaders } from "../identity/client.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";
import { beganBy } from "./read-session.ts";
import { type PersonalAct, recordPersonalAct } from "./session-act.ts";
import type { SignedIn } from "./session-view.ts";

export interface BeginSessionInput {
  readonly userId: string;
  readonly client: Client;
  /** What proved who they are. */
  readonly by: NonNullable<PersonalAct["by"]>;
}

/** Begins a session of somebody who has proved who they are. For verbs only: no route may reach it by itself. */
export async function beginSession(
  ctx: ServiceContext,
  { userId, client, by }: BeginSessionInput,
): Promise<SignedIn> {
  const auth = await useAuth(ctx);
  const { headers } = await auth.api.signInAs({
    body: { userId },
    headers: toHeaders({ ...client, cookie: undefined }),
    returnHeaders: true,
  });
  const begun = await beganBy(ctx, { client, headers });
  const { user, id } = begun.session;
  await recordPersonalAct(ctx, { user, action: "session.create", sessionId: id, by });
  return begun;
}
