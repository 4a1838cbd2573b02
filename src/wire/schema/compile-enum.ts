import type { JsonObject } from "../read-json.ts";
import type { CompileSchemaOptions } from "./compile-options.ts";

/**
 * `enum`, and `const` as an enum of one. Where only texts are allowed, numbers and other values go with a loss, since
 * as texts they would bind the model to the wrong type.
 */
export function compileEnum(schema: JsonObject, { rules, losses, path }: CompileSchemaOptions): JsonObject {
  const fixed = schema.const !== undefined;
  const values = fixed ? [schema.const] : schema.enum;
  if (!Array.isArray(values)) return {};
  if (rules.anyEnum) return { enum: values };
  const texts = values.filter((value) => typeof value === "string" && value !== "");
  const nullable = values.includes(null) && schema.type === undefined;
  const dropped = values.length - texts.length - (values.includes(null) ? 1 : 0);
  const type = schema.type ?? typeOfAll(values);
  const kept = texts.length > 0 && (dropped === 0 || type === "string");
  if (dropped > 0 || !kept) losses.add(`${path}.${fixed ? "const" : "enum"}`, kept ? "clamped" : "dropped");
  // Without the values at least their type is left.
  if (!kept) return schema.type === undefined && type !== undefined ? { type } : {};
  return { ...(schema.type === undefined && { type: "string" }), enum: texts, ...(nullable && { nullable }) };
}

function typeOfAll(values: readonly unknown[]): string | undefined {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const [type] = types;
  return types.size === 1 && (type === "string" || type === "number" || type === "boolean")
    ? type
    : undefined;
}
