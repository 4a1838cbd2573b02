import type { TopLevel } from "../../wire/json/top-level.ts";

/** What the route cannot change: it chose by the first, and the answer is read by the second. */
const fixed: ReadonlySet<string> = new Set(["model", "stream"]);

const encoder = new TextEncoder();
const comma = Uint8Array.of(0x2c);

/**
 * A copy of a JSON object's bytes with top-level fields set, or removed where the value is null. Fields that stay keep their bytes
 * and their order. `model` and `stream` are left alone.
 */
export function replaceParameters(
  body: Uint8Array,
  { scan, parameters }: { readonly scan: TopLevel; readonly parameters: Readonly<Record<string, unknown>> },
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, { nameStart, end }] of scan.fields)
    if (fixed.has(name) || !Object.hasOwn(parameters, name)) parts.push(body.subarray(nameStart, end));
  for (const [name, value] of Object.entries(parameters))
    if (!fixed.has(name) && value !== null && value !== undefined)
      parts.push(encoder.encode(`${JSON.stringify(name)}:${JSON.stringify(value)}`));
  const listed = parts.flatMap((part, at) => (at === 0 ? [part] : [comma, part]));
  return Buffer.concat([encoder.encode("{"), ...listed, encoder.encode("}")]);
}
