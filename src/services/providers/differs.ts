import type { Candidate } from "./candidate.ts";
import { secretsOf } from "./secrets-of.ts";

/** Whether two candidates would be called differently. */
export function differs(left: Candidate, right: Candidate): boolean {
  return (
    left.baseUrl !== right.baseUrl ||
    !Bun.deepEquals(left.options, right.options) ||
    !Bun.deepEquals(reveal(left), reveal(right))
  );
}

function reveal(candidate: Candidate): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(secretsOf(candidate)).map(([field, secret]) => [field, secret.reveal()]),
  );
}
