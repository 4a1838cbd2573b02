import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { MemberView } from "../members/member-view.ts";
import { type ServiceContext, withActor } from "../service-context.ts";
import { findMaker } from "./maker.ts";
import { requireResettable } from "./require-resettable.ts";

/** A link that works, and whose password it sets. */
export interface OpenPasswordReset {
  readonly member: MemberView;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What is kept of a token; keyed apart from the digests of keys. */
export function passwordResetDigest(ctx: ServiceContext, token: string): string {
  return ctx.vault.digestKey(`password-reset\0${token}`);
}

/**
 * What a link's token opens; throws `link_invalid`, the same whatever is wrong with it. Whoever made the link must still
 * have the right to: they may have lost it since, and the account may have got more rights.
 */
export async function requirePasswordReset(
  ctx: ServiceContext,
  { reads, token }: { readonly reads: Reads; readonly token: string },
): Promise<OpenPasswordReset> {
  const reset = await reads.passwordResets.findByDigest(passwordResetDigest(ctx, token));
  const now = ctx.now();
  if (reset === undefined || reset.expiresAt <= now) throw new PenstockError("link_invalid");
  const maker = await findMaker(reads, reset, now);
  if (maker === undefined) throw new PenstockError("link_invalid");
  try {
    const member = await requireResettable(withActor(ctx, maker), reads, reset);
    return { member, expiresAt: reset.expiresAt };
  } catch (cause) {
    if (cause instanceof PenstockError && cause.status < 500) {
      throw new PenstockError("link_invalid", { cause });
    }
    throw cause;
  }
}
