import { PenstockError } from "../../errors/penstock-error.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireKey } from "./require-key.ts";

/** A key that this actor may change. Throws `not_found`, `origin_conflict`, or `conflict` for a revoked one. */
export async function requireLiveKey(
  ctx: ServiceContext,
  reads: Reads,
  ref: { readonly orgId: string; readonly keyId: string },
): Promise<KeyRecord> {
  const key = await requireKey(reads, ref);
  requireOrigin(ctx, { what: `key \`${key.name}\``, origin: key.origin });
  refuseRevoked(key);
  return key;
}

/** Throws `conflict` for a key that is at its end. */
export function refuseRevoked(key: Pick<KeyRecord, "name" | "revokedAt">): void {
  if (key.revokedAt === undefined) return;
  throw new PenstockError("conflict", { fields: { reason: `The key \`${key.name}\` is revoked.` } });
}
