import type { SchemaRules } from "./schema-rules.ts";

const annotations: ReadonlySet<string> = new Set([
  "$schema",
  "$comment",
  "~optional",
  "~standard",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
  "strict",
  "contentEncoding",
  "contentMediaType",
]);

/**
 * The dialect of `parameters` and `responseSchema`, a subset of OpenAPI 3.0. Source: the `Schema` message of the
 * Generative Language API; every other name is refused with "Cannot find field".
 */
export const openApiRules: SchemaRules = {
  keywords: new Set([
    "type",
    "format",
    "title",
    "description",
    "nullable",
    "enum",
    "items",
    "minItems",
    "maxItems",
    "properties",
    "propertyOrdering",
    "required",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "example",
    "default",
    "anyOf",
  ]),
  annotations,
  refs: "inline",
  typeLists: false,
  anyEnum: false,
  formats: {
    string: new Set(["enum", "date-time"]),
    integer: new Set(["int32", "int64"]),
    number: new Set(["float", "double", "int32", "int64"]),
  },
  complete: true,
};

/**
 * The dialect of `parametersJsonSchema` and `responseJsonSchema`, which Gemini 2.5 and later read. Source: the field's
 * documentation in the Generative Language API.
 */
export const jsonSchemaRules: SchemaRules = {
  keywords: new Set([
    "$id",
    "$defs",
    "$ref",
    "$anchor",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
  ]),
  annotations: new Set([...annotations, "default", "example"]),
  refs: "keep",
  typeLists: true,
  anyEnum: true,
  complete: false,
};
