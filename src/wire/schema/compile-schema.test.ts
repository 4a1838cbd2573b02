import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LossList } from "../neutral/loss.ts";
import { compileSchema } from "./compile-schema.ts";
import { jsonSchemaRules, openApiRules } from "./gemini-rules.ts";
import type { SchemaRules } from "./schema-rules.ts";

function compile(schema: Record<string, unknown>, rules: SchemaRules = openApiRules) {
  const losses = new LossList();
  const compiled = compileSchema(schema, { rules, losses, path: "s" });
  return { compiled, losses: losses.toArray().map(({ field, action }) => `${field} ${action}`) };
}
const openApi = (schema: Record<string, unknown>) => compile(schema).compiled;

describe("the OpenAPI subset", () => {
  test("a reference is replaced by what it names, in any spelling", () => {
    const city = { type: "string", description: "A city" };
    for (const [at, ref] of [
      ["$defs", "#/$defs/a~1b"],
      ["definitions", "#/definitions/a%2Fb".replace("%2F", "~1")],
    ] as const) {
      const schema = { type: "object", properties: { c: { $ref: ref } }, [at]: { "a/b": city } };
      expect(compile(schema)).toEqual({
        compiled: { type: "object", properties: { c: city } },
        losses: [],
      });
    }
  });

  test("a schema that refers to itself ends in a bare object, and says so", () => {
    const node = { type: "object", properties: { next: { $ref: "#/$defs/node" }, v: { type: "integer" } } };
    const { compiled, losses } = compile({ $ref: "#/$defs/node", $defs: { node } });
    expect(compiled).toEqual({
      type: "object",
      properties: { next: { type: "object" }, v: { type: "integer" } },
    });
    expect(losses).toEqual(["s.properties.next emulated"]);
  });

  test("references that multiply stay bounded", () => {
    const $defs: Record<string, unknown> = { d0: { type: "string" } };
    for (let i = 1; i < 25; i++) {
      const ref = { $ref: `#/$defs/d${i - 1}` };
      $defs[`d${i}`] = { type: "object", properties: { a: ref, b: ref, c: ref } };
    }
    const { compiled, losses } = compile({ $ref: "#/$defs/d24", $defs });
    expect(JSON.stringify(compiled).length).toBeLessThan(1_000_000);
    expect(losses.length).toBeGreaterThan(0);
  });

  test("a reference to nowhere is dropped", () => {
    expect(compile({ type: "object", properties: { a: { $ref: "https://x.example/s" } } })).toEqual({
      compiled: { type: "object", properties: { a: { type: "string" } } },
      losses: ["s.properties.a.$ref dropped", "s.properties.a.type emulated"],
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    [
      "unknown keys",
      { type: "string", "x-order": 1, "~optional": true, $comment: "c" },
      { type: "string" },
      ["s.x-order dropped"],
    ],
    [
      "additionalProperties",
      { type: "object", properties: { a: { type: "string" } }, additionalProperties: false },
      { type: "object", properties: { a: { type: "string" } } },
      ["s.additionalProperties dropped"],
    ],
    ["a nullable type", { type: ["string", "null"] }, { type: "string", nullable: true }, []],
    [
      "several types",
      { type: ["string", "array"], items: { type: "integer" }, minLength: 2 },
      {
        anyOf: [
          { type: "string", minLength: 2 },
          { type: "array", items: { type: "integer" } },
        ],
      },
      [],
    ],
    [
      "anyOf with null",
      { anyOf: [{ type: "integer" }, { type: "null" }] },
      { type: "integer", nullable: true },
      [],
    ],
    [
      "oneOf",
      { oneOf: [{ type: "integer" }, { type: "string" }] },
      { anyOf: [{ type: "integer" }, { type: "string" }] },
      ["s.oneOf emulated"],
    ],
    ["const", { const: "a" }, { type: "string", enum: ["a"] }, []],
    ["an enum of integers", { type: "integer", enum: [1, 2] }, { type: "integer" }, ["s.enum dropped"]],
    [
      "an empty text in an enum",
      { type: "string", enum: ["a", ""] },
      { type: "string", enum: ["a"] },
      ["s.enum clamped"],
    ],
    [
      "an array of anything",
      { type: "array" },
      { type: "array", items: { type: "string" } },
      ["s.items defaulted"],
    ],
    [
      "a tuple",
      { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }] },
      { type: "array", items: { anyOf: [{ type: "string" }, { type: "integer" }] } },
      ["s.prefixItems emulated"],
    ],
    [
      "formats",
      { type: "object", properties: { a: date("date-time"), b: date("uuid") } },
      { type: "object", properties: { a: date("date-time"), b: { type: "string" } } },
      ["s.properties.b.format dropped"],
    ],
    [
      "allOf",
      {
        allOf: [
          { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
          { properties: { b: { type: "integer" } }, required: ["b"] },
        ],
      },
      {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "integer" } },
        required: ["a", "b"],
      },
      ["s.allOf emulated"],
    ],
    [
      "required names of no property",
      { type: "object", properties: { a: { type: "string" } }, required: ["a", "b"] },
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      ["s.required clamped"],
    ],
  ])("%s", (_, schema, compiled, losses) => expect(compile(schema)).toEqual({ compiled, losses }));

  function date(format: string) {
    return { type: "string", format };
  }

  test("a property may have the name of a keyword", () => {
    const properties = { $ref: { type: "string" }, const: { type: "string" }, allOf: { type: "string" } };
    expect(openApi({ type: "object", properties })).toEqual({ type: "object", properties });
  });
});

describe("the JSON Schema subset", () => {
  test("keeps references, even circular ones, and closed objects", () => {
    const schema = {
      type: "object",
      properties: { n: { $ref: "#/$defs/n" } },
      required: ["n"],
      additionalProperties: false,
      $defs: { n: { type: "object", properties: { n: { $ref: "#/$defs/n" } } } },
    };
    expect(compile(schema, jsonSchemaRules)).toEqual({ compiled: schema, losses: [] });
  });

  test("drops what it ignores, and reads const and nullable", () => {
    const schema = {
      type: "object",
      properties: {
        a: { const: 3 },
        b: { type: "string", nullable: true, minLength: 3 },
        c: { type: "integer", exclusiveMinimum: 0 },
      },
    };
    expect(compile(schema, jsonSchemaRules)).toEqual({
      compiled: {
        type: "object",
        properties: { a: { enum: [3] }, b: { type: ["string", "null"] }, c: { type: "integer" } },
      },
      losses: ["s.properties.b.minLength dropped", "s.properties.c.exclusiveMinimum dropped"],
    });
  });
});

test.each([
  ["openApi", openApiRules],
  ["jsonSchema", jsonSchemaRules],
] as const)("whatever it is given, %s names known keywords only", (_, rules) => {
  const keyword = fc.constantFrom(
    ...["type", "properties", "items", "anyOf", "oneOf", "allOf", "$ref", "enum", "const", "not", "format"],
    ...["prefixItems", "required", "nullable", "$defs", "additionalProperties", "description"],
  );
  const { schema } = fc.letrec((tie) => ({
    schema: fc.dictionary(keyword, fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("schema")), {
      maxKeys: 4,
    }),
    list: fc.array(tie("schema"), { maxLength: 3 }),
  }));
  fc.assert(
    fc.property(schema, (given) => {
      const { compiled } = compile(given as Record<string, unknown>, rules);
      for (const key of keywordsIn(compiled)) expect(rules.keywords.has(key)).toBe(true);
    }),
  );
});

const leaf = fc.oneof(
  fc.constantFrom("string", "object", "array", "integer", "null", "#", "#/$defs/not", "#/properties/type"),
  fc.constant(["string", "null"]),
  fc.boolean(),
  fc.integer(),
);

/** Every keyword of a schema, the names of properties and definitions left out. */
function keywordsIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywordsIn);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === "enum" || key === "default" || key === "example") return [key];
    const isMap = (key === "properties" || key === "$defs") && typeof value === "object" && value !== null;
    return [key, ...(isMap ? Object.values(value).flatMap(keywordsIn) : keywordsIn(value))];
  });
}
