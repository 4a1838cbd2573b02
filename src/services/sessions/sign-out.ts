import { type Client, toHeaders } from "../identity/client.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireSession } from "./read-session.ts";
import { recordPersonalAct } from "./session-act.ts";

/** Ends the client's session; returns the `set-cookie` values that clear it. Throws `session_missing`. */
export async function signOut(ctx: ServiceContext, client: Client): Promise<readonly string[]> {
  const { session } = await requireSession(ctx, client);
  const auth = await useAuth(ctx);
  const { headers } = await auth.api.signOut({ headers: toHeaders(client), returnHeaders: true });
  await recordPersonalAct(ctx, { user: session.user, action: "session.end", sessionId: session.id });
  return headers.getSetCookie();
}
