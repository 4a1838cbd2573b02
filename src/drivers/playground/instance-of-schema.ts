import type { JsonSchema } from "../../wire/neutral/request.ts";
import { numberOf } from "./number-of-schema.ts";
import { stringOf } from "./string-of-schema.ts";

/** Deeper than this only what a schema requires is made, so that schemas which contain themselves come to an end. */
const fullDepth = 4;
const maxDepth = 24;

/**
 * A value that fits the schema, always the same one. Covers what tools and structured output use: types, enum, const,
 * objects, arrays, the common bounds and formats, local `$ref`, anyOf, oneOf and allOf. `pattern` and `not` are not
 * understood; a schema that only they describe gets a value of its type.
 */
export function instanceOfSchema(schema: JsonSchema): unknown {
  return build({ schema, root: schema, name: "value", depth: 0 });
}

interface Step {
  readonly schema: unknown;
  readonly root: JsonSchema;
  /** The property the value is for; texts are made of it. */
  readonly name: string;
  readonly depth: number;
}

function build(step: Step): unknown {
  const { schema, depth } = step;
  if (!isSchema(schema) || depth > maxDepth) return schema === true || depth <= maxDepth ? step.name : null;
  if ("const" in schema) return schema.const;
  const values = schema.enum;
  if (Array.isArray(values) && values.length > 0) return values[0];
  if (typeof schema.$ref === "string") {
    return build({ ...step, schema: resolve(step.root, schema.$ref), depth: depth + 1 });
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives) && alternatives.length > 0) {
    const chosen = depth < fullDepth ? alternatives[0] : simplest(alternatives);
    return build({ ...step, schema: merge(without(schema, ["anyOf", "oneOf"]), chosen), depth: depth + 1 });
  }
  if (Array.isArray(schema.allOf)) {
    const merged = schema.allOf.reduce(merge, without(schema, ["allOf"]));
    return build({ ...step, schema: merged, depth: depth + 1 });
  }
  return buildOfType(typeOf(schema), { ...step, schema });
}

function buildOfType(type: string, step: Step & { readonly schema: JsonSchema }): unknown {
  switch (type) {
    case "object":
      return buildObject(step);
    case "array":
      return buildArray(step);
    case "integer":
    case "number":
      return numberOf(step.schema, type);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return stringOf(step.schema, step.name);
  }
}

function buildObject({ schema, root, depth }: Step & { readonly schema: JsonSchema }): unknown {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const result: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(properties), ...required.map(String)])) {
    if (depth >= fullDepth && !required.includes(name)) continue;
    const value = build({ schema: properties[name] ?? true, root, name, depth: depth + 1 });
    // A plain assignment to `__proto__` would not make a property.
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

function buildArray({ schema, root, name, depth }: Step & { readonly schema: JsonSchema }): unknown {
  const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  const least = typeof schema.minItems === "number" ? schema.minItems : 0;
  const most = typeof schema.maxItems === "number" ? schema.maxItems : Number.POSITIVE_INFINITY;
  const wanted = Math.min(most, Math.max(least, tuple.length, depth < fullDepth ? 1 : 0));
  return Array.from({ length: Math.min(wanted, 100) }, (_, index) =>
    build({
      schema: tuple[index] ?? schema.items ?? true,
      root,
      name: `${name} ${index + 1}`,
      depth: depth + 1,
    }),
  );
}

function typeOf(schema: JsonSchema): string {
  const { type } = schema;
  if (typeof type === "string") return type;
  if (Array.isArray(type)) return String(type.find((name) => name !== "null") ?? "null");
  if ("properties" in schema || "required" in schema) return "object";
  if ("items" in schema || "prefixItems" in schema) return "array";
  return "minimum" in schema || "maximum" in schema ? "number" : "string";
}

/** The alternative that surely ends: a value of a simple type, if there is one. */
function simplest(alternatives: readonly unknown[]): unknown {
  const simple = (schema: unknown) =>
    isSchema(schema) && /^(null|string|number|integer|boolean)$/.test(typeOf(schema));
  return (
    alternatives.find((schema) => isSchema(schema) && !("$ref" in schema) && simple(schema)) ??
    alternatives[0]
  );
}

/** The schema a local reference (`#/$defs/name`) points to; `true` when there is none. */
function resolve(root: JsonSchema, reference: string): unknown {
  if (!reference.startsWith("#")) return true;
  let target: unknown = root;
  for (const segment of reference.slice(1).split("/").filter(Boolean)) {
    const key = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isSchema(target) || !Object.hasOwn(target, key)) return true;
    target = target[key];
  }
  return target;
}

function merge(base: JsonSchema, more: unknown): JsonSchema {
  if (!isSchema(more)) return base;
  const properties = { ...asSchema(base.properties), ...asSchema(more.properties) };
  const required = [base.required, more.required].flatMap((names) => (Array.isArray(names) ? names : []));
  return {
    ...base,
    ...more,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function without(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function asSchema(value: unknown): JsonSchema {
  return isSchema(value) ? value : {};
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
