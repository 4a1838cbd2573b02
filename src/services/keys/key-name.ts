import { PenstockError } from "../../errors/penstock-error.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";

/** Throws `conflict` when a live key of the org has this name. */
export async function requireFreeName(reads: Reads, key: Pick<KeyRecord, "orgId" | "name">): Promise<void> {
  if ((await reads.keys.findLiveByName(key)) === undefined) return;
  throw new PenstockError("conflict", { fields: { reason: `A key named \`${key.name}\` exists.` } });
}
