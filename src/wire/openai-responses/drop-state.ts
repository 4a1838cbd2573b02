import type { Edit } from "../json/edit-body.ts";
import { readField, type TopLevel } from "../json/top-level.ts";
import { isObject } from "../read-json.ts";

/** Items that name their reasoning by their own id. */
const named: ReadonlySet<unknown> = new Set(["message", "function_call", "custom_tool_call"]);

/**
 * A body's reasoning items taken out, for a vendor that cannot decrypt them: the edits, and the path of each item. The ids of the
 * other items go, too: where they are known they would ask for the reasoning.
 */
export function dropState(
  body: Uint8Array,
  scan: TopLevel,
): { readonly edits: readonly Edit[]; readonly fields: readonly string[] } {
  const range = scan.fields.get("input");
  const input = readField(body, scan, "input");
  if (range === undefined || !Array.isArray(input)) return { edits: [], fields: [] };
  const fields: string[] = [];
  const kept = input.flatMap((item: unknown, index) => {
    if (!isObject(item)) return [item];
    if (item.type !== "reasoning") return [named.has(item.type) ? { ...item, id: undefined } : item];
    fields.push(`input[${index}]`);
    return [];
  });
  if (fields.length === 0) return { edits: [], fields };
  return { edits: [{ start: range.start, end: range.end, text: JSON.stringify(kept) }], fields };
}
