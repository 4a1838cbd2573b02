import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";
import { asUser } from "./as-user.ts";
import type { UserView } from "./session-view.ts";

/** What people do with their own accounts; it stands in the instance's chain, since it belongs to no org. */
export interface PersonalAct {
  readonly user: UserView;
  readonly action:
    | "session.create"
    | "session.end"
    | "session.revoke"
    | "session.revoke_others"
    | "user.change_password";
  /** The session it is about; undefined: the person. */
  readonly sessionId?: string | undefined;
  /** How somebody signed in. */
  readonly by?: "password" | "setup" | "invitation" | "oidc" | undefined;
}

export async function recordPersonalAct(ctx: ServiceContext, act: PersonalAct): Promise<void> {
  const { user, action, sessionId, by } = act;
  const acting = asUser(ctx, user);
  await ctx.storage.change((writes) =>
    recordAct(acting, writes, {
      orgId: undefined,
      action,
      target:
        sessionId === undefined
          ? { kind: "user", id: user.id, name: user.email }
          : { kind: "session", id: sessionId, name: user.email },
      ...(by !== undefined && { after: { by } }),
    }),
  );
}
