import type { VendorValue } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";

const fields = ["groundingMetadata", "citationMetadata", "urlContextMetadata"] as const;

/** What a candidate says about its sources, as it stands there; undefined when it says nothing. */
export function citationsOf(candidate: JsonObject): VendorValue | undefined {
  let value: Record<string, unknown> | undefined;
  for (const field of fields) {
    if (candidate[field] === undefined) continue;
    value ??= {};
    value[field] = candidate[field];
  }
  return value === undefined ? undefined : { protocol: "gemini", value };
}
