import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";

/** A key of the org; throws `not_found`. */
export async function requireKey(
  reads: Reads,
  ref: { readonly orgId: string; readonly keyId: string },
): Promise<KeyRecord> {
  const key = await reads.keys.find({ orgId: ref.orgId, id: ref.keyId });
  if (key === undefined) throw notFound(`key ${ref.keyId}`);
  return key;
}
