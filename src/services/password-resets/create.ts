import { Secret } from "../../secrets/secret.ts";
import { recordAct } from "../audit/record-act.ts";
import { newLinkToken } from "../link-token.ts";
import type { ServiceContext } from "../service-context.ts";
import { makerOf } from "./maker.ts";
import { passwordResetDigest } from "./require-password-reset.ts";
import { requireResettable } from "./require-resettable.ts";

/** A link for somebody who forgot their password. */
export interface CreatedPasswordReset {
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The link itself, given out this once; whoever has it can take the account over. */
  readonly url: Secret;
}

const lifetimeMs = 60 * 60 * 1000;

/**
 * Makes a link by which a member sets a new password without the old one; the link from before ends. Nothing changes until
 * it is used. Throws as `requireResettable` does.
 */
export async function createPasswordReset(
  ctx: ServiceContext,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<CreatedPasswordReset> {
  return ctx.storage.change(async (writes) => {
    const { email } = await requireResettable(ctx, writes, { orgId, userId });
    const token = newLinkToken();
    const tokenDigest = passwordResetDigest(ctx, token.reveal());
    const expiresAt = ctx.now() + lifetimeMs;
    await writes.passwordResets.put({ userId, orgId, tokenDigest, expiresAt, ...makerOf(ctx.actor) });
    await recordAct(ctx, writes, {
      orgId,
      action: "password_reset.create",
      target: { kind: "member", id: userId, name: email },
      after: { expiresAt },
    });
    return {
      email,
      expiresAt,
      url: new Secret(`${ctx.publicUrl}/password-reset?token=${token.reveal()}`),
    };
  });
}
