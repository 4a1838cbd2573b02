import { z } from "zod";
import { type Client, toHeaders } from "../identity/client.ts";
import { toIdentityError } from "../identity/identity-error.ts";
import { passwordLength, passwordSchema } from "../identity/password-schema.ts";
import { useAuth } from "../identity/use-auth.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { beganBy, requireSession } from "../sessions/read-session.ts";
import { recordPersonalAct } from "../sessions/session-act.ts";
import type { SignedIn } from "../sessions/session-view.ts";
import { countAttempt, forgetAttempts } from "../sessions/throttle.ts";

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly client: Client;
}

const schema = z.object({
  currentPassword: z.string().max(passwordLength.max),
  newPassword: passwordSchema,
});

/**
 * Replaces the caller's password, ends all their sessions and begins a new one. Throws `session_missing`,
 * `sign_in_failed` when the current password is wrong (counted like a sign-in), and `conflict` for an account without one.
 */
export async function changePassword(
  ctx: ServiceContext,
  { client, ...input }: ChangePasswordInput,
): Promise<SignedIn> {
  const { currentPassword, newPassword } = parseInput(schema, input);
  const { user } = (await requireSession(ctx, client)).session;
  await countAttempt(ctx, { address: client.address, email: user.email });
  const auth = await useAuth(ctx);
  const { headers } = await auth.api
    .changePassword({
      body: { currentPassword, newPassword, revokeOtherSessions: true },
      headers: toHeaders(client),
      returnHeaders: true,
    })
    .catch((error: unknown) => {
      throw toIdentityError(error);
    });
  await forgetAttempts(ctx, user.email);
  // Whoever knows the password has no use for a link to set it.
  await ctx.storage.change((writes) => writes.passwordResets.remove(user.id));
  await recordPersonalAct(ctx, { user, action: "user.change_password" });
  return beganBy(ctx, { client, headers });
}
