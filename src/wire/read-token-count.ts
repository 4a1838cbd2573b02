import { PenstockError } from "../errors/penstock-error.ts";
import { isObject } from "./read-json.ts";

/**
 * A vendor's count of tokens, from the field that holds it.
 *
 * @throws PenstockError `upstream_malformed` when there is no such number.
 */
export function readTokenCount(body: unknown, field: string): number {
  const count = isObject(body) ? body[field] : undefined;
  if (typeof count === "number" && Number.isInteger(count) && count >= 0) return count;
  throw new PenstockError("upstream_malformed", { fields: { reason: "the token count is missing" } });
}
