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
  move: {
    readonly stored: StoredCandidate;
    readonly candidate: Candidate;
    readonly sent: { readonly credentials: CredentialInput; readonly headers: CredentialInput };
  },
): readonly ErrorProblem[] {
  const { stored, candidate, sent } = move;
  if (actor.kind === "file" || actor.kind === "system") return [];
  const moved = whatMoves(stored, candidate);
  if (moved === undefined) return [];
  const message = `must be sent again (or cleared with null), since ${moved} moves to another host`;
  const headers = new Set(Object.keys(sent.headers).map((name) => name.toLowerCase()));
  return [
    ...Object.keys(stored.credential)
      .filter((field) => !(field in sent.credentials))
      .map((field) => ({ path: `/credentials/${field}`, message })),
    ...Object.keys(stored.headers)
      .filter((name) => !headers.has(name))
      .map((name) => ({ path: `/headers/${name}`, message })),
  ];
}

/** Options named `…_url` are endpoints, too: where a token is got, the secret is sent. */
function whatMoves(stored: StoredCandidate, candidate: Candidate): string | undefined {
  if (movesHost(stored.baseUrl, candidate.baseUrl)) return "the base URL";
  const option = candidate.driver.optionForm.find(({ name, type }) => {
    const [before, after] = [stored.options[name], candidate.options[name]];
    return (
      type === "url" &&
      name.endsWith("_url") &&
      after !== undefined &&
      movesHost(String(before ?? ""), String(after))
    );
  });
  return option && `the option \`${option.name}\``;
}

function movesHost(from: string | undefined, to: string): boolean {
  return URL.parse(from ?? "")?.origin !== URL.parse(to)?.origin;
}
