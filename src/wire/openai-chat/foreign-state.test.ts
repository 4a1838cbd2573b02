import { expect, test } from "bun:test";
import type { Quirks } from "../quirks.ts";
import { holdsForeignState } from "./foreign-state.ts";

const holds = (message: object, quirks: Quirks) =>
  holdsForeignState(
    Buffer.from(JSON.stringify({ model: "m", messages: [{ role: "assistant", ...message }] })),
    { quirks },
  );
const google = { extra_content: { google: { thought_signature: "c2ln" } } };
const ours = { extra_content: { penstock: { thought_signature: "s", format: "f" } } };

test("what only this gateway writes is forwarded to nobody", () => {
  for (const quirks of [{}, { thought_signatures: true }, { reasoning_field: "none" }])
    expect(holds(ours, quirks)).toBe(true);
  expect(holds({ content: 'about "penstock"' }, {})).toBe(false);
  expect(holds({ name: "penstock" }, {})).toBe(false);
});

test("reasoning goes on to a vendor that takes it by this field, and to one nothing is known of", () => {
  for (const field of ["reasoning_content", "reasoning_details"]) {
    expect(holds({ [field]: "x" }, {})).toBe(false);
    expect(holds({ [field]: "x" }, { reasoning_field: field })).toBe(false);
    expect(holds({ [field]: "x" }, { reasoning_field: "none" })).toBe(true);
  }
  expect(holds({ content: 'the field "reasoning_content"' }, { reasoning_field: "none" })).toBe(false);
});

test("Google's signatures go on to Google's endpoint, and to a vendor nothing is known of", () => {
  expect(holds(google, {})).toBe(false);
  expect(holds(google, { reasoning_field: "reasoning_content", thought_signatures: true })).toBe(false);
  expect(holds(google, { reasoning_field: "reasoning_content" })).toBe(true);
  expect(holds(google, { thought_signatures: false })).toBe(true);
});
