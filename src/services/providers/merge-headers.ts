import type { ErrorProblem } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { Candidate } from "./candidate.ts";
import type { CredentialInput } from "./provider-input.ts";
import { secretProblem } from "./secret-problem.ts";
import type { StoredCandidate } from "./stored-candidate.ts";

const most = 16;
const longestName = 100;
const longestValue = 2048;

/** What the connection and the body decide, and nobody else. */
const forbidden: ReadonlySet<string> = new Set([
  ...["host", "content-length", "content-type", "content-encoding", "transfer-encoding", "accept-encoding"],
  ...["connection", "keep-alive", "upgrade", "te", "trailer", "expect"],
]);

/** Sent headers over stored ones; a value sets, null removes, a header left out is kept. */
export function mergeHeaders(
  driver: Candidate["driver"],
  sent: CredentialInput,
  stored: StoredCandidate,
): { readonly value: Candidate["headers"]; readonly problems: readonly ErrorProblem[] } {
  const value: Record<string, Secret> = { ...stored.headers };
  const problems: ErrorProblem[] = [];
  if (driver.protocols.length === 0 && Object.keys(sent).length > 0) {
    problems.push({ path: "/headers", message: `must be left out: ${driver.label} answers in process` });
  }
  for (const [written, input] of Object.entries(sent)) {
    const name = written.toLowerCase();
    if (input === null) {
      delete value[name];
      continue;
    }
    const secret = typeof input === "string" ? new Secret(input) : input;
    const message = nameProblem(name) ?? valueProblem(secret, stored.fingerprints);
    if (message === undefined) value[name] = secret;
    else problems.push({ path: `/headers/${written}`, message });
  }
  if (Object.keys(value).length > most) {
    problems.push({ path: "/headers", message: `must be ${most} or fewer, counting those already set` });
  }
  return { value, problems };
}

function nameProblem(name: string): string | undefined {
  if (name.length > longestName) return `has a name longer than ${longestName} characters`;
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return "is not the name of a header";
  return forbidden.has(name) || name.startsWith("proxy-")
    ? "may not be set: the connection decides it"
    : undefined;
}

function valueProblem(secret: Secret, known: readonly string[]): string | undefined {
  const problem = secretProblem(secret, { longest: longestValue, known });
  if (problem !== undefined) return problem;
  return /^[\x20-\x7e]+$/.test(secret.reveal()) ? undefined : "holds a letter that no header may hold";
}
