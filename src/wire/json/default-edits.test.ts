import { expect, test } from "bun:test";
import fc from "fast-check";
import { defaultEdits, withDefaults } from "./default-edits.ts";
import { editBody } from "./edit-body.ts";
import { scanTopLevel } from "./top-level.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 1));
const fields = fc.constantFrom("provider", "models", "model", "route", "plugins");
const value = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom("order", "sort", "zdr"), fc.boolean()),
);
const objects = fc.dictionary(fields, value);

const isObject = (from: unknown): from is Record<string, unknown> =>
  typeof from === "object" && from !== null && !Array.isArray(from);

/** What the edits must come to. */
function merged(own: Record<string, unknown>, defaults: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = { ...defaults, ...own };
  for (const [name, fallback] of Object.entries(defaults)) {
    const set = own[name];
    if (isObject(fallback) && isObject(set)) result[name] = { ...fallback, ...set };
  }
  return result;
}

test("what the request says wins, and what it does not say comes from the defaults", () => {
  fc.assert(
    fc.property(objects, objects, (own, defaults) => {
      const body = bytes(own);
      const edited = editBody(body, defaultEdits(body, scanTopLevel(body), defaults));
      const expected = merged(own, defaults);
      expect(JSON.parse(new TextDecoder().decode(edited))).toEqual(expected);
      expect(JSON.parse(Buffer.from(withDefaults(JSON.stringify(own), defaults)).toString())).toEqual(
        expected,
      );
    }),
  );
});

test("a body that has all of it keeps its bytes", () => {
  const body = bytes({ provider: { sort: "price", order: [] }, route: null });
  expect(
    defaultEdits(body, scanTopLevel(body), { provider: { sort: "latency" }, route: "fallback" }),
  ).toEqual([]);
  expect(withDefaults("{}", undefined)).toBe("{}");
});
