import type { Secret } from "../../secrets/secret.ts";
import type { Candidate } from "./candidate.ts";

const prefix = "header.";

/** Every secret of a candidate by the name it is stored under: credential fields as they are, headers with a prefix. */
export function secretsOf(
  candidate: Pick<Candidate, "credential" | "headers">,
): Readonly<Record<string, Secret>> {
  const headers = Object.entries(candidate.headers).map(([name, value]) => [prefix + name, value] as const);
  return { ...candidate.credential, ...Object.fromEntries(headers) };
}

/** Parts what is stored together; the other way round of `secretsOf`. */
export function partSecrets<T>(stored: readonly (readonly [field: string, value: T])[]): {
  readonly credential: Readonly<Record<string, T>>;
  readonly headers: Readonly<Record<string, T>>;
} {
  const isHeader = ([field]: readonly [string, T]) => field.startsWith(prefix);
  const headers = stored
    .filter(isHeader)
    .map(([field, value]) => [field.slice(prefix.length), value] as const);
  return {
    credential: Object.fromEntries(stored.filter((each) => !isHeader(each))),
    headers: Object.fromEntries(headers),
  };
}
