import type { VendorValue } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";

const fields = ["groundingMetadata", "citationMetadata", "urlContextMetadata"] as const;

/** What a candidate says about its sources, as it stands there; undefined when it says nothing. */
export function citationsOf(candidate: JsonObject): VendorValue | undefined {
  const found = fields.filter((field) => candidate[field] !== undefined);
  if (found.length === 0) return undefined;
  return { protocol: "gemini", value: Object.fromEntries(found.map((field) => [field, candidate[field]])) };
}
