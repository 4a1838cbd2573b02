import { type Edit, editBody } from "./edit-body.ts";
import { readField, scanTopLevel, type TopLevel } from "./top-level.ts";

type Defaults = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

/** What gives a body the fields it lacks: a whole field, or within an object the fields that are not set there. */
export function defaultEdits(
  body: Uint8Array,
  scan: TopLevel,
  defaults: Defaults | undefined,
): readonly Edit[] {
  if (defaults === undefined) return [];
  const edits: Edit[] = [];
  let inserted = "";
  for (const [name, value] of Object.entries(defaults)) {
    const range = scan.fields.get(name);
    if (range === undefined) {
      inserted += `${JSON.stringify(name)}:${JSON.stringify(value)},`;
      continue;
    }
    const own = isObject(value) ? readField(body, scan, name) : undefined;
    if (!isObject(value) || !isObject(own)) continue;
    if (Object.keys(value).every((key) => Object.hasOwn(own, key))) continue;
    const { start, end } = range;
    edits.push({ start, end, text: JSON.stringify({ ...value, ...own }) });
  }
  if (inserted === "") return edits;
  const text = scan.empty ? inserted.slice(0, -1) : inserted;
  return [{ start: scan.insertAt, end: scan.insertAt, text }, ...edits];
}

/** The same for a body of our own making. */
export function withDefaults(text: string, defaults: Defaults | undefined): Uint8Array | string {
  if (defaults === undefined) return text;
  const body = encoder.encode(text);
  return editBody(body, defaultEdits(body, scanTopLevel(body), defaults));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
