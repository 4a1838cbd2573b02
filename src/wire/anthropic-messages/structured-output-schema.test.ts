import { expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import { fitSchema } from "./structured-output-schema.ts";

function fit(schema: Record<string, unknown>) {
  const losses = new LossList();
  const fitted = fitSchema(schema, { path: "s", losses });
  return { fitted, losses: losses.toArray().map(({ field, action }) => `${field};${action}`) };
}

test("a schema within the subset only gets its objects closed, in silence", () => {
  const inner = {
    type: "object",
    properties: { a: { type: ["string", "null"], format: "date-time" } },
    required: ["a"],
  };
  const { fitted, losses } = fit({
    type: "array",
    items: { anyOf: [inner, { $ref: "#/$defs/x" }] },
    $defs: { x: inner },
  });
  const closed = { ...inner, additionalProperties: false };
  expect(fitted).toEqual({
    type: "array",
    items: { anyOf: [closed, { $ref: "#/$defs/x" }] },
    $defs: { x: closed },
  });
  expect(losses).toEqual([]);
});

test("constraints it refuses are told in the description", () => {
  const { fitted, losses } = fit({
    type: "string",
    description: "A name.",
    minLength: 2,
    format: "phone",
    pattern: "^(?=a)",
  });
  expect(fitted).toEqual({
    type: "string",
    description: 'A name.\n\n{minLength: 2, format: "phone", pattern: "^(?=a)"}',
  });
  expect(losses).toEqual(["s.minLength;dropped", "s.format;dropped", "s.pattern;dropped"]);
});

test("a property may be named like a keyword", () => {
  const properties = { minimum: { type: "number" }, oneOf: { type: "string" } };
  const { fitted, losses } = fit({ type: "object", properties });
  expect(fitted).toEqual({ type: "object", properties, additionalProperties: false });
  expect(losses).toEqual([]);
});

test("open objects are closed, and oneOf becomes anyOf, with a word about it", () => {
  const { fitted, losses } = fit({ type: "object", additionalProperties: true, oneOf: [{ type: "object" }] });
  expect(fitted).toEqual({
    type: "object",
    anyOf: [{ type: "object", additionalProperties: false }],
    additionalProperties: false,
  });
  expect(losses).toEqual(["s.additionalProperties;clamped", "s.oneOf;emulated"]);
});
