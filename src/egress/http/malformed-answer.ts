import { PenstockError } from "../../errors/penstock-error.ts";

/** An answer that is no HTTP/1.1, or could be read in two ways. Nothing of what was sent is repeated. */
export function malformedAnswer(reason: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason } });
}
