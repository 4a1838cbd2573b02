import type { ServiceContext } from "../service-context.ts";
import { requirePasswordReset } from "./require-password-reset.ts";

/** What the holder of a link is told. `expiresAt`: milliseconds since the epoch. */
export interface PasswordResetPreview {
  readonly email: string;
  readonly expiresAt: number;
}

/** Whose password a link sets. Throws `link_invalid`. */
export async function previewPasswordReset(
  ctx: ServiceContext,
  { token }: { readonly token: string },
): Promise<PasswordResetPreview> {
  const { member, expiresAt } = await requirePasswordReset(ctx, { reads: ctx.storage.reads, token });
  return { email: member.email, expiresAt };
}
