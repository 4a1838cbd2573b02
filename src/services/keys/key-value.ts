import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import { type KeyCarrier, parseKeyFormat } from "../../secrets/key-format.ts";
import { Secret } from "../../secrets/secret.ts";
import type { KeyRecord } from "../../storage/records/key-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { unprocessable } from "../parse-input.ts";

/** A value made elsewhere, checked: one that is no key of ours could never be presented. Throws `unprocessable`. */
export function acceptValue(value: string | Secret, carrier: KeyCarrier): Secret {
  const secret = typeof value === "string" ? new Secret(value) : value;
  if (parseKeyFormat(secret.reveal()) === carrier) return secret;
  const prefix = carrier === "header" ? "psk_" : "psu_";
  throw unprocessable([
    problem(`is not a Penstock key: \`${prefix}\`, 43 random characters and their checksum`),
  ]);
}

/** Throws `conflict` when another key, be it revoked, has this value. */
export async function requireFreeDigest(reads: Reads, key: Pick<KeyRecord, "id" | "digest">): Promise<void> {
  const holder = await reads.keys.findByDigest(key.digest);
  if (holder === undefined || holder.id === key.id) return;
  throw new PenstockError("conflict", { fields: { reason: "Another key has this value already." } });
}

function problem(message: string): ErrorProblem {
  return { path: "/value", message };
}
