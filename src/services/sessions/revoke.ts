import { notFound } from "../access.ts";
import { type Client, toHeaders } from "../identity/client.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireSession } from "./read-session.ts";
import { recordPersonalAct } from "./session-act.ts";

/** Ends one of the caller's own sessions. Throws `session_missing`, and `not_found` for anybody else's. */
export async function revokeSession(
  ctx: ServiceContext,
  input: { readonly client: Client; readonly sessionId: string },
): Promise<void> {
  const { session } = await requireSession(ctx, input.client);
  const headers = toHeaders(input.client);
  const auth = await useAuth(ctx);
  const found = (await auth.api.listSessions({ headers })).find(({ id }) => id === input.sessionId);
  if (found === undefined) throw notFound(`session ${input.sessionId}`);
  await auth.api.revokeSession({ body: { token: found.token }, headers });
  await recordPersonalAct(ctx, { user: session.user, action: "session.revoke", sessionId: found.id });
}

/** Ends all of the caller's sessions but the one that asks. Throws `session_missing`. */
export async function revokeOtherSessions(ctx: ServiceContext, client: Client): Promise<void> {
  const { session } = await requireSession(ctx, client);
  await (await useAuth(ctx)).api.revokeOtherSessions({ headers: toHeaders(client) });
  await recordPersonalAct(ctx, {
    user: session.user,
    action: "session.revoke_others",
    sessionId: session.id,
  });
}
