import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { isAcceptableKey, type KeyCarrier } from "../../secrets/key-format.ts";
import { Secret } from "../../secrets/secret.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { unprocessable } from "../parse-input.ts";

const headerRule = "must be a Penstock key (`psk_…`) or at least 32 printable characters without spaces";
const urlRule = "must be a Penstock key for URLs: `psu_`, 43 random characters and their checksum";

/** A value made elsewhere, checked. Throws `unprocessable`. */
export function acceptValue(value: string | Secret, carrier: KeyCarrier): Secret {
  const secret = typeof value === "string" ? new Secret(value) : value;
  if (isAcceptableKey(secret.reveal(), carrier)) return secret;
  throw unprocessable([problem(carrier === "header" ? headerRule : urlRule)]);
}

/** Throws `conflict` when another key, be it revoked, has this value or had it before a rotation. */
export async function requireFreeDigest(reads: Reads, key: Pick<KeyRecord, "id" | "digest">): Promise<void> {
  const holder = await reads.keys.findByDigest(key.digest);
  if (holder === undefined || holder.id === key.id) return;
  throw new PenstockError("conflict", { fields: { reason: "Another key has this value already." } });
}

function problem(message: string): ErrorProblem {
  return { path: "/value", message };
}
