import type { Signed } from "./part.ts";

/** The signature of a part, ready to be spread into another form of the same part; empty when it has none. */
export function signedOf({ signature, origin }: Signed): Signed {
  return { ...(signature !== undefined && { signature }), ...(origin !== undefined && { origin }) };
}
