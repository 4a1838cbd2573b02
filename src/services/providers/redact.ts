import { inspect } from "node:util";
import { PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { Secret } from "../../secrets/secret.ts";

type Credential = Readonly<Record<string, Secret>>;

/** The text with every secret in it blanked: the last net below drivers, whose texts are fixed anyway. */
export function redact(text: string, credential: Credential): string {
  // The longest first: one secret may be the beginning of another.
  return Object.values(credential)
    .toSorted((left, right) => right.reveal().length - left.reveal().length)
    .reduce((safe, secret) => safe.replaceAll(secret.reveal(), String(secret)), text);
}

/** The error as one of ours; without its cause and with its fields blanked if a secret is anywhere in it. */
export function redactError(error: unknown, credential: Credential): PenstockError {
  const known = toPenstockError(error);
  const shown = inspect(known, { depth: 10 });
  if (redact(shown, credential) === shown) return known;
  const fields = Object.entries(known.fields).map(([name, value]) => [
    name,
    redact(String(value), credential),
  ]);
  return new PenstockError(known.code, { status: known.status, fields: Object.fromEntries(fields) });
}
