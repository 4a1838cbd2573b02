import type { Secret } from "../../secrets/secret.ts";

/** The text with every secret in it blanked: the last net below drivers, whose texts are fixed anyway. */
export function redact(text: string, credential: Readonly<Record<string, Secret>>): string {
  let safe = text;
  for (const secret of Object.values(credential)) {
    if (secret.reveal() !== "") safe = safe.replaceAll(secret.reveal(), String(secret));
  }
  return safe;
}
