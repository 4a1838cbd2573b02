import { isId } from "../../plane/public-id.ts";
import type { Secret } from "../../secrets/secret.ts";

const masked = /…|•|\*\*\*|\.\.\.|^\[?redacted\]?$/i;

/** Says what is wrong with a value without saying the value. `known`: fingerprints in use. */
export function secretProblem(
  secret: Secret,
  limits: { readonly longest: number; readonly known: readonly string[] },
): string | undefined {
  const text = secret.reveal();
  if (text === "") return "is empty; send null to clear it, or leave it out to keep it";
  if (text.length > limits.longest) return `is longer than ${limits.longest} characters`;
  if (text !== text.trim()) return "begins or ends with white space";
  if (/\p{Cc}/u.test(text)) return "holds a line break or another control character";
  // Connections are people's, for tools; models run on providers.
  if (isId("conn", text)) return "is the id of a connection, which is no credential of a provider";
  const preview = masked.test(text) || text === String(secret) || limits.known.includes(text);
  return preview ? "is a masked preview, not a value; leave it out to keep what is stored" : undefined;
}
