import { isObject, type JsonObject } from "./read-json.ts";

/** Of the answers a vendor gives side by side (choices, candidates) the one that is read. In streams they interleave; a missing index is the first. */
export function firstAlternative(alternatives: unknown): JsonObject | undefined {
  if (!Array.isArray(alternatives)) return undefined;
  for (const each of alternatives) {
    if (isObject(each) && (each.index === undefined || each.index === 0)) return each;
  }
  return undefined;
}
