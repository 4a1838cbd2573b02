import { isObject, type JsonObject } from "../read-json.ts";

/** The candidate that is read; undefined when an answer or a chunk has none. */
export function firstCandidate({ candidates }: JsonObject): JsonObject | undefined {
  if (!Array.isArray(candidates)) return undefined;
  for (const candidate of candidates) {
    if (isObject(candidate) && (candidate.index === undefined || candidate.index === 0)) return candidate;
  }
  return undefined;
}
