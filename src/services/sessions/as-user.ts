import { type ServiceContext, withActor } from "../service-context.ts";
import type { UserView } from "./session-view.ts";

/** The services on behalf of a person outside of any org, so that the audit log names them. */
export function asUser(ctx: ServiceContext, user: UserView): ServiceContext {
  const { id, email, operator } = user;
  return withActor(ctx, { kind: "user", id, name: email, orgId: "", role: "viewer", operator });
}
