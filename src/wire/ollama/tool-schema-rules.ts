import type { SchemaRules } from "../schema/schema-rules.ts";

/**
 * What the server keeps of a tool's parameters; the parser drops every other keyword in silence. Source: `ToolProperty`
 * in `api/types.go` of ollama/ollama.
 */
export const toolSchemaRules: SchemaRules = {
  keywords: new Set(["type", "description", "enum", "items", "properties", "required", "anyOf"]),
  annotations: new Set([
    "$schema",
    "$comment",
    "title",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "additionalProperties",
  ]),
  refs: "inline",
  typeLists: true,
  anyEnum: true,
  complete: false,
};
