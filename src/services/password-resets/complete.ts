import { z } from "zod";
import type { Writes } from "../../storage/repositories/writes.ts";
import { recordAct } from "../audit/record-act.ts";
import { removeAllConnections } from "../connections/remove-user-connections.ts";
import type { Client } from "../identity/client.ts";
import { passwordSchema } from "../identity/password-schema.ts";
import type { MemberView } from "../members/member-view.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { asUser } from "../sessions/as-user.ts";
import { countAttempt, forgetAttempts } from "../sessions/throttle.ts";
import { hashNewPassword } from "../users/create.ts";
import { setPassword } from "../users/set-password.ts";
import { requirePasswordReset } from "./require-password-reset.ts";

export interface CompletePasswordResetInput {
  readonly token: string;
  readonly newPassword: string;
  readonly client: Client;
}

const schema = z.object({ newPassword: passwordSchema });

/**
 * Sets the password of a link's account, ends all its sessions and forgets its connections; the link is used up. The person signs in afterwards.
 * Throws `link_invalid`, and `sign_in_throttled` for who tries too many.
 */
export async function completePasswordReset(
  ctx: ServiceContext,
  { token, client, ...input }: CompletePasswordResetInput,
): Promise<{ readonly email: string }> {
  await countAttempt(ctx, { address: client.address });
  // Before the hash, which takes long; once more in the transaction.
  await requirePasswordReset(ctx, { reads: ctx.storage.reads, token });
  const { newPassword } = parseInput(schema, input);
  const passwordHash = await hashNewPassword(ctx, newPassword);
  const email = await ctx.storage.change(async (writes) => {
    const { member } = await requirePasswordReset(ctx, { reads: writes, token });
    await writes.passwordResets.remove(member.id);
    await setPassword(ctx, writes, { userId: member.id, passwordHash });
    // An admin made the link, and may be the one who uses it.
    await removeAllConnections(writes, member.id);
    await record(ctx, writes, member);
    return member.email;
  });
  await forgetAttempts(ctx, email);
  return { email };
}

async function record(ctx: ServiceContext, writes: Writes, { id, email, name }: MemberView): Promise<void> {
  const operator = await writes.members.isOperator(id);
  await recordAct(asUser(ctx, { id, email, name, operator }), writes, {
    orgId: undefined,
    action: "user.reset_password",
    target: { kind: "user", id, name: email },
  });
}
