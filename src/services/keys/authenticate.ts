import { PenstockError } from "../../errors/penstock-error.ts";
import { constantTimeEqual } from "../../secrets/constant-time-equal.ts";
import { isAcceptableKey, type KeyCarrier } from "../../secrets/key-format.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { ServiceContext } from "../service-context.ts";
import type { KeyView } from "./key-view.ts";
import { isActive, toKeyView } from "./to-key-view.ts";

/**
 * The live key with this value; throws `key_invalid`, the same whatever is wrong. For the control plane: the data
 * plane looks into its snapshot.
 */
export async function authenticateKey(
  ctx: ServiceContext,
  input: { readonly presented: string; readonly carrier: KeyCarrier },
): Promise<KeyView> {
  if (!isAcceptableKey(input.presented, input.carrier)) throw new PenstockError("key_invalid");
  // The look-up is by a keyed hash, so its timing tells nothing about the value; the comparison is the second lock.
  const digest = ctx.vault.digestKey(input.presented);
  const key = await ctx.storage.reads.keys.findByDigest(digest);
  const now = ctx.now();
  if (key === undefined || !isActive(key, now) || !hasValue(key, digest, now)) {
    throw new PenstockError("key_invalid");
  }
  ctx.noteKeyUse?.(key.id, now);
  return toKeyView(key, now);
}

/** Whether the key has the value now, or had it before a rotation whose grace lasts. */
function hasValue({ digest: current, previous }: KeyRecord, digest: string, now: number): boolean {
  if (constantTimeEqual(current, digest)) return true;
  return previous !== undefined && previous.expiresAt > now && constantTimeEqual(previous.digest, digest);
}
