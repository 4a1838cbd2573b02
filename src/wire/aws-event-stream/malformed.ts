import { PenstockError } from "../../errors/penstock-error.ts";

/** Bytes that cannot be a message of this framing. */
export function malformed(what: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason: `its event stream holds ${what}` } });
}
