import { isObject, type JsonObject } from "../read-json.ts";

/** The candidate that is read; undefined when an answer or a chunk has none. */
export function firstCandidate({ candidates }: JsonObject): JsonObject | undefined {
  if (!Array.isArray(candidates)) return undefined;
  return candidates.filter(isObject).find(({ index }) => index === undefined || index === 0);
}
