import type { Quirks } from "../protocol.ts";

/** State in the form only this gateway writes (`extra_content.penstock`); one mark alone may be text of the caller. */
const own = ['"extra_content"', '"penstock"'];

/**
 * Whether a body replays signatures or reasoning in fields that this vendor does not take: what it got from another vendor.
 * Where nothing is known of how the vendor takes reasoning back, the caller may know better.
 */
export function holdsForeignState(body: Uint8Array, { quirks }: { readonly quirks: Quirks }): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (own.every((mark) => text.includes(mark))) return true;
  const { reasoning_field: field, thought_signatures: signatures } = quirks;
  if (field === undefined) return signatures === false && text.includes('"extra_content"');
  const foreign = ["reasoning_content", "reasoning_details"].filter((name) => name !== field);
  if (signatures !== true) foreign.push("extra_content");
  return foreign.some((name) => text.includes(`"${name}"`));
}
