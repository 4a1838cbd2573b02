import fc from "fast-check";
import type { JsonSchema } from "./json-schema.ts";

/** Values that a schema (without references) allows, small ones for the most part. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(arbitraryOf));
  if (schema.allOf !== undefined) {
    return fc
      .tuple(...schema.allOf.map(arbitraryOf))
      .map((parts) => Object.assign({}, ...(parts as readonly object[])));
  }
  const types = [schema.type ?? "object"].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: bound(schema.minimum, -1000), max: bound(schema.maximum, 100_000) });
    case "number":
      return fc.double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true });
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case "string":
      return text(schema);
    default:
      return object(schema);
  }
}

function bound(given: number | undefined, usual: number): number {
  return given === undefined || Math.abs(given) > 1e9 ? usual : given;
}

function text({ format, pattern, minLength = 0, maxLength = 30 }: JsonSchema): fc.Arbitrary<string> {
  if (format === "date-time") {
    return fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString());
  }
  if (pattern !== undefined && format === undefined) return fc.stringMatching(new RegExp(pattern));
  const lengths = {
    minLength: Math.min(minLength, 30),
    maxLength: Math.max(minLength, Math.min(maxLength, 30)),
  };
  const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-_.");
  return fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: letters, ...lengths }) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", ...lengths }) },
  );
}

function object({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, arbitraryOf(property)]),
  );
  const named = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  if (typeof additionalProperties !== "object") return named;
  const keys = fc.constantFrom("api_key", "extra", "region", "x-team", "token", "__proto__", "constructor");
  const more = fc.dictionary(keys, arbitraryOf(additionalProperties), { maxKeys: 3, noNullPrototype: true });
  return fc.tuple(more, named).map(([extra, own]) => ({ ...extra, ...own }));
}
