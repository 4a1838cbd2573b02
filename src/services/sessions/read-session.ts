import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { type Client, toHeaders } from "../identity/client.ts";
import { hasSessionCookie } from "../identity/session-cookie.ts";
import { useAuth } from "../identity/use-auth.ts";
import { toRole } from "../members/role.ts";
import type { ServiceContext } from "../service-context.ts";
import type { MembershipView, SignedIn } from "./session-view.ts";

/** The session behind a client's cookie, prolonged when it is a day old; undefined when there is none or it has ended. */
export async function readSession(ctx: ServiceContext, client: Client): Promise<SignedIn | undefined> {
  if (!hasSessionCookie(client.cookie, ctx.publicUrl)) return undefined;
  const auth = await useAuth(ctx);
  const { response, headers } = await auth.api.getSession({
    headers: toHeaders(client),
    returnHeaders: true,
  });
  if (response === null) return undefined;
  const { session, user } = response;
  const { reads } = ctx.storage;
  return {
    session: {
      id: session.id,
      user: {
        id: user.id,
        email: user.email,
        name: user.name,
        operator: await reads.members.isOperator(user.id),
      },
      memberships: await listMemberships(reads, user.id),
      expiresAt: session.expiresAt.getTime(),
    },
    cookies: headers.getSetCookie(),
  };
}

/** The same; throws `session_missing`. */
export async function requireSession(ctx: ServiceContext, client: Client): Promise<SignedIn> {
  const found = await readSession(ctx, client);
  if (found === undefined) throw new PenstockError("session_missing");
  return found;
}

/** The session that an answer of the identity library has just begun. */
export async function beganBy(
  ctx: ServiceContext,
  { client, headers }: { readonly client: Client; readonly headers: Headers },
): Promise<SignedIn> {
  const cookies = headers.getSetCookie();
  const cookie = cookies.map((each) => each.split(";", 1)[0]).join("; ");
  const { session } = await requireSession(ctx, { ...client, cookie });
  return { session, cookies };
}

async function listMemberships(reads: Reads, userId: string): Promise<readonly MembershipView[]> {
  const members = await reads.members.listByUser(userId);
  return members.map(({ orgId, orgName, role }) => ({ orgId, orgName, role: toRole(role) }));
}
