import { isObject, type JsonObject } from "../read-json.ts";

/** A schema and the members of its `allOf` as one: properties and required names together, of other keywords the first. */
export function mergeAllOf(schema: JsonObject, members: readonly unknown[]): JsonObject {
  const merged: Record<string, unknown> = { ...schema };
  delete merged.allOf;
  for (const member of members) {
    if (!isObject(member)) continue;
    for (const [key, value] of Object.entries(member)) {
      const known = merged[key];
      if (known === undefined) merged[key] = value;
      else if ((key === "properties" || key === "$defs") && isObject(known) && isObject(value)) {
        merged[key] = { ...value, ...known };
      } else if (key === "required" && Array.isArray(known) && Array.isArray(value)) {
        merged[key] = [...new Set([...known, ...value])];
      }
    }
  }
  return merged;
}
