import type { LossList } from "../neutral/loss.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import type { CompileSub, SchemaPlace } from "./compile-options.ts";
import type { SchemaRules } from "./schema-rules.ts";

/** What the choice between types is compiled with. */
export interface TypeContext {
  readonly rules: SchemaRules;
  readonly losses: LossList;
  readonly at: SchemaPlace;
  readonly compile: CompileSub;
}

/**
 * The keywords that say which of several types or schemas holds: `type`, `nullable`, `anyOf`, `oneOf` and a tuple's
 * `prefixItems`, in the words the target has.
 */
export function compileTypes(schema: JsonObject, context: TypeContext): Record<string, unknown> {
  const { rules } = context;
  if (rules.typeLists) {
    const type = typeNames(schema);
    if (schema.nullable === true && typeof type === "string") return { type: [type, "null"] };
    return type === undefined ? {} : { type };
  }
  const words = types(schema, context);
  if (schema.anyOf !== undefined || schema.oneOf !== undefined)
    Object.assign(words, branches(schema, context));
  if (schema.prefixItems !== undefined) Object.assign(words, tuple(schema, context));
  return words;
}

function types(schema: JsonObject, { at, compile }: TypeContext): Record<string, unknown> {
  const type = typeNames(schema);
  const nullable = schema.nullable === true ? { nullable: true } : undefined;
  if (!Array.isArray(type)) return type === undefined ? { ...nullable } : { type, ...nullable };
  const others = type.filter((name) => name !== "null");
  const orNull = others.length < type.length ? { nullable: true } : nullable;
  const [only] = others;
  if (only === undefined) return { type: "string", nullable: true };
  if (others.length === 1) return { type: only, ...orNull };
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return { ...orNull };
  // Keywords of one type say nothing about the others, so each branch takes all of them.
  const rest = Object.entries(schema).filter(([key]) => !ofAllTypes.has(key) && key !== "type");
  const anyOf = others.map((name, i) =>
    compile({ ...forType(rest, name), type: name }, { ...at, path: `${at.path}.type[${i}]` }),
  );
  return { anyOf, ...orNull };
}

/** A list of types becomes branches, which then hold all keywords but `ofAllTypes`. */
export function isBranched(schema: JsonObject, { typeLists }: SchemaRules): boolean {
  const type = typeNames(schema);
  if (typeLists || !Array.isArray(type) || schema.anyOf !== undefined || schema.oneOf !== undefined)
    return false;
  return type.filter((name) => name !== "null").length > 1;
}

/** Keywords that stay outside the branches. */
export const ofAllTypes: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "example",
  "enum",
  "const",
]);

/** What is no name of a type, or no list of such, says nothing. */
function typeNames({ type }: JsonObject): string | readonly string[] | undefined {
  if (Array.isArray(type)) return type.filter((name) => typeof name === "string");
  return typeof type === "string" ? type : undefined;
}

const keywordsOf: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  string: ["minLength", "maxLength", "pattern", "format"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};
const typed: ReadonlySet<string> = new Set(Object.values(keywordsOf).flat());

function forType(keywords: readonly (readonly [string, unknown])[], type: string): JsonObject {
  const own = keywordsOf[type] ?? [];
  return Object.fromEntries(keywords.filter(([key]) => !typed.has(key) || own.includes(key)));
}

/** `anyOf` without its null branch; `oneOf` as `anyOf`, which is weaker. */
function branches(schema: JsonObject, { at, losses, compile }: TypeContext): JsonObject {
  const key = Array.isArray(schema.anyOf) ? "anyOf" : "oneOf";
  const members = schema[key];
  if (!Array.isArray(members)) return {};
  if (key === "oneOf") losses.add(`${at.path}.oneOf`, "emulated");
  const others = members.filter((member) => !(isObject(member) && member.type === "null"));
  const nullable = others.length < members.length ? { nullable: true } : {};
  const compiled = others.map((member, i) => compile(member, { ...at, path: `${at.path}.${key}[${i}]` }));
  const [only] = compiled;
  if (only === undefined) return { type: "string", nullable: true };
  return compiled.length === 1 ? { ...only, ...nullable } : { anyOf: compiled, ...nullable };
}

/** A tuple becomes a list of any of its kinds. */
function tuple(schema: JsonObject, { rules, at, losses, compile }: TypeContext): JsonObject {
  const kinds = schema.prefixItems;
  if (!Array.isArray(kinds) || schema.items !== undefined || rules.keywords.has("prefixItems")) return {};
  losses.add(`${at.path}.prefixItems`, "emulated");
  const items = kinds.map((kind, i) => compile(kind, { ...at, path: `${at.path}.prefixItems[${i}]` }));
  return { items: items.length === 1 ? items[0] : { anyOf: items } };
}
