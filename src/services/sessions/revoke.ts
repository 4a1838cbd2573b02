import { notFound } from "../access.ts";
import type { Client } from "../identity/client.ts";
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
  const { adapter } = await (await useAuth(ctx)).$context;
  const userId = session.user.id;
  // By id: their tokens are nowhere. The person's own alone.
  const ended = await adapter.deleteMany({
    model: "session",
    where: [
      { field: "id", value: input.sessionId },
      { field: "userId", value: userId },
    ],
  });
  if (ended === 0) throw notFound(`session ${input.sessionId}`);
  await recordPersonalAct(ctx, { user: session.user, action: "session.revoke", sessionId: input.sessionId });
}

/** Ends all of the caller's sessions but the one that asks. Throws `session_missing`. */
export async function revokeOtherSessions(ctx: ServiceContext, client: Client): Promise<void> {
  const { session } = await requireSession(ctx, client);
  const { adapter } = await (await useAuth(ctx)).$context;
  await adapter.deleteMany({
    model: "session",
    where: [
      { field: "userId", value: session.user.id },
      { field: "id", value: session.id, operator: "ne" },
    ],
  });
  await recordPersonalAct(ctx, {
    user: session.user,
    action: "session.revoke_others",
    sessionId: session.id,
  });
}
