import { z } from "zod";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { Client } from "../identity/client.ts";
import { passwordSchema, personNameSchema } from "../identity/password-schema.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { asUser } from "../sessions/as-user.ts";
import { beginSession } from "../sessions/begin.ts";
import { requireSession } from "../sessions/read-session.ts";
import type { SignedIn } from "../sessions/session-view.ts";
import { countAttempt } from "../sessions/throttle.ts";
import { createUser, hashNewPassword } from "../users/create.ts";
import { requireInvitation } from "./invitation-token.ts";
import { join } from "./join.ts";

export interface AcceptInvitationInput {
  readonly token: string;
  /** For a new account; absent: the one that is signed in joins. */
  readonly account?: { readonly name: string; readonly password: string } | undefined;
  readonly client: Client;
}

const schema = z.object({ name: personNameSchema, password: passwordSchema });

/**
 * Accepts an invitation with a new account, or with the one that is signed in, whose address must be the invited one. Throws
 * `link_invalid`, `session_missing`, `account_refused`, and `conflict` when the address has an account already.
 */
export async function acceptInvitation(
  ctx: ServiceContext,
  { token, account, client }: AcceptInvitationInput,
): Promise<SignedIn> {
  await countAttempt(ctx, { address: client.address });
  const { email } = await requireInvitation(ctx, { reads: ctx.storage.reads, token });
  return account === undefined
    ? joinSignedIn(ctx, { token, email, client })
    : joinAnew(ctx, { token, email, client, account });
}

interface Acceptance {
  readonly token: string;
  readonly email: string;
  readonly client: Client;
}

async function joinSignedIn(ctx: ServiceContext, { token, email, client }: Acceptance): Promise<SignedIn> {
  const { session, cookies } = await requireSession(ctx, client);
  const { user } = session;
  if (user.email !== email) {
    const reason = `the invitation is for ${email}, you are signed in as ${user.email}`;
    throw new PenstockError("account_refused", { fields: { reason } });
  }
  const acting = asUser(ctx, user);
  await ctx.storage.change(async (writes) => {
    const invitation = await requireInvitation(ctx, { reads: writes, token });
    await join(acting, writes, { invitation, userId: user.id });
  });
  return { session: (await requireSession(ctx, client)).session, cookies };
}

async function joinAnew(
  ctx: ServiceContext,
  { token, email, client, account }: Acceptance & Required<Pick<AcceptInvitationInput, "account">>,
): Promise<SignedIn> {
  const { name, password } = parseInput(schema, account);
  const passwordHash = await hashNewPassword(ctx, password);
  const userId = await ctx.storage.change(async (writes) => {
    const invitation = await requireInvitation(ctx, { reads: writes, token });
    const id = await createUser(ctx, writes, { email, name, passwordHash, emailVerified: false });
    await join(ctx, writes, { invitation, userId: id });
    return id;
  });
  return beginSession(ctx, { userId, client, by: "invitation" });
}
