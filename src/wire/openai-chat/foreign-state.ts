import type { Quirks } from "../protocol.ts";

const extraContent = Buffer.from('"extra_content"');
/** State in the form only this gateway writes (`extra_content.penstock`); one mark alone may be text of the caller. */
const own = Buffer.from('"penstock"');
const reasoning = ["reasoning_content", "reasoning_details"].map((field) => ({
  field,
  mark: Buffer.from(`"${field}"`),
}));

/**
 * Whether a body replays signatures or reasoning in fields that this vendor does not take: what it got from another vendor.
 * Where nothing is known of how the vendor takes reasoning back, the caller may know better.
 */
export function holdsForeignState(body: Uint8Array, { quirks }: { readonly quirks: Quirks }): boolean {
  const hasExtra = holds(body, extraContent);
  if (hasExtra && holds(body, own)) return true;
  const { reasoning_field: taken, thought_signatures: signatures } = quirks;
  if (taken === undefined) return signatures === false && hasExtra;
  if (signatures !== true && hasExtra) return true;
  for (const { field, mark } of reasoning) if (field !== taken && holds(body, mark)) return true;
  return false;
}

function holds(body: Uint8Array, mark: Buffer): boolean {
  // Works on any Uint8Array; each body is searched, so none is wrapped in a Buffer first.
  return Buffer.prototype.indexOf.call(body, mark) !== -1;
}
