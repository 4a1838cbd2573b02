import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { instanceOfSchema } from "./instance-of-schema.ts";

const scalar = fc.oneof(
  fc.record({
    type: fc.constant("string"),
    minLength: fc.nat(20),
    maxLength: fc.integer({ min: 20, max: 40 }),
  }),
  fc.constantFrom(
    { type: "string" },
    { type: "string", format: "date-time" },
    { type: "string", format: "email" },
    { type: "string", format: "uuid" },
    { type: "string", format: "ipv4" },
    { type: "boolean" },
    { type: "null" },
    { type: "number" },
    { type: "integer" },
    { const: 7 },
    { enum: ["red", "green"] },
    { type: ["string", "null"] },
  ),
  fc.record({ type: fc.constantFrom("integer", "number"), minimum: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ type: fc.constantFrom("integer", "number"), maximum: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ type: fc.constant("integer"), exclusiveMinimum: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ type: fc.constant("integer"), exclusiveMaximum: fc.integer({ min: -50, max: 50 }) }),
  fc.record({
    type: fc.constant("integer"),
    minimum: fc.integer({ min: 1, max: 9 }),
    multipleOf: fc.constant(5),
  }),
);

const { schema } = fc.letrec((tie) => ({
  schema: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, tie("object"), tie("array"), tie("union")),
  object: fc
    .dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie("schema"), { maxKeys: 4 })
    .map((properties) => ({
      type: "object",
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    })),
  array: fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat(3) }),
  union: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
}));

describe("instanceOfSchema", () => {
  test("what it makes is an instance, by an independent validator, and always the same", () => {
    fc.assert(
      fc.property(schema, (value) => {
        const jsonSchema = z.record(z.string(), z.unknown()).parse(value);
        const instance = instanceOfSchema(jsonSchema);
        expect(instanceOfSchema(jsonSchema)).toEqual(instance);
        const verdict = z.fromJSONSchema(value as Parameters<typeof z.fromJSONSchema>[0]).safeParse(instance);
        if (!verdict.success) throw new Error(`${JSON.stringify(instance)}: ${verdict.error.message}`);
      }),
      { numRuns: 300 },
    );
  });

  test("follows local references", () => {
    const tree = {
      $defs: { city: { type: "string", enum: ["Paris"] } },
      type: "object",
      properties: {
        to: { $ref: "#/$defs/city" },
        lost: { $ref: "#/$defs/none" },
        far: { $ref: "https://x.example" },
      },
    };
    expect(instanceOfSchema(tree)).toEqual({ to: "Paris", lost: "lost", far: "far" });
  });

  test("a schema that contains itself comes to an end", () => {
    const node = {
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          properties: {
            value: { type: "integer" },
            next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
          },
          required: ["value", "next"],
        },
      },
    };
    expect(JSON.stringify(instanceOfSchema(node)).length).toBeLessThan(1000);
    const endless = { $ref: "#" };
    expect(() => JSON.stringify(instanceOfSchema(endless))).not.toThrow();
    const must = { type: "object", properties: { self: { $ref: "#" } }, required: ["self"] };
    expect(JSON.stringify(instanceOfSchema(must)).length).toBeLessThan(1000);
  });

  test("merges what allOf asks for, and makes a property named __proto__ a property", () => {
    const both = {
      allOf: [
        { type: "object", properties: { a: { const: 1 } } },
        { type: "object", properties: { b: { const: 2 } } },
      ],
    };
    expect(instanceOfSchema(both)).toEqual({ a: 1, b: 2 });
    const odd = instanceOfSchema(
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"object"}}}'),
    );
    expect(JSON.stringify(odd)).toBe('{"__proto__":{}}');
  });
});
