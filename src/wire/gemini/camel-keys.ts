import { isObject } from "../read-json.ts";

/** Fields whose content is the caller's own: their keys stay as they are. */
const opaque: ReadonlySet<string> = new Set([
  "args",
  "response",
  "parameters",
  "parametersJsonSchema",
  "responseSchema",
  "responseJsonSchema",
  "labels",
]);

/**
 * A body with the API's own spelling of its fields. The API takes `system_instruction` as well as `systemInstruction`,
 * and many callers write the former; where both stand, the camel-case one counts.
 */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = key.includes("_") ? key.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase()) : key;
    if (name !== key && Object.hasOwn(value, name)) continue;
    out[name] = opaque.has(name) ? inner : camelKeys(inner);
  }
  return out;
}
