import type { ErrorProblem } from "../../errors/penstock-error.ts";
import type { Actor } from "../actor.ts";
import type { Candidate } from "./candidate.ts";
import type { CredentialInput } from "./provider-input.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

/**
 * A stored secret must not follow the provider to another host: whoever may change a base URL could else read every
 * credential at a host of their own. A file's owner has the values at hand, so files are exempt.
 */
export function movedSecrets(
  actor: Actor,
  move: { readonly stored: StoredCandidate; readonly candidate: Candidate; readonly sent: CredentialInput },
): readonly ErrorProblem[] {
  const { stored, candidate, sent } = move;
  if (actor.kind !== "key" || !movesHost(stored.baseUrl, candidate.baseUrl)) return [];
  return Object.keys(stored.credential)
    .filter((field) => !(field in sent))
    .map((field) => ({
      path: `/credentials/${field}`,
      message: "must be sent again (or cleared with null), since the base URL moves to another host",
    }));
}

function movesHost(from: string | undefined, to: string): boolean {
  return URL.parse(from ?? "")?.origin !== URL.parse(to)?.origin;
}
