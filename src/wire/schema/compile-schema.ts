import type { LossList } from "../neutral/loss.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { compileEnum } from "./compile-enum.ts";
import type { CompileSchemaOptions, SchemaPlace } from "./compile-options.ts";
import { compileTypes, isBranched, ofAllTypes } from "./compile-types.ts";
import { mergeAllOf } from "./merge-all-of.ts";
import { resolveRef } from "./resolve-ref.ts";
import { maxDepth, maxNodes, type SchemaRules } from "./schema-rules.ts";

/**
 * A JSON Schema in a target's dialect, by an allow-list: what the target knows is kept, what it can say otherwise is
 * said so (a loss `emulated` where that is weaker), all the rest is dropped with a loss. Never fails, and the result is
 * bounded, however the schema refers to itself.
 */
export function compileSchema(schema: JsonObject, options: CompileSchemaOptions): JsonObject {
  return new SchemaCompiler(schema, options).compile(schema, { path: options.path, open: [] });
}

const subSchemaMaps: ReadonlySet<string> = new Set(["properties", "$defs"]);
const subSchemaLists: ReadonlySet<string> = new Set(["anyOf", "oneOf", "prefixItems"]);
/** Keywords with a compiler of their own. */
const special: ReadonlySet<string> = new Set(["type", "enum", "const", "allOf", "nullable"]);
/** The same where the target has no type lists, and the choice between types takes another form. */
const choices: ReadonlySet<string> = new Set(["anyOf", "oneOf"]);

class SchemaCompiler {
  readonly #root: JsonObject;
  readonly #rules: SchemaRules;
  readonly #losses: LossList;
  #nodes = 0;

  constructor(root: JsonObject, { rules, losses }: CompileSchemaOptions) {
    this.#root = root;
    this.#rules = rules;
    this.#losses = losses;
  }

  readonly compile = (schema: unknown, at: SchemaPlace): JsonObject => {
    // `true` and `{}` allow anything, and a schema that is none says no more.
    const given = isObject(schema) ? schema : {};
    this.#nodes++;
    if (this.#nodes > maxNodes || isTooDeep(at.path)) return this.#bare(at);
    if (typeof given.$ref === "string") {
      const referred = this.#refer(given, given.$ref, at);
      if (referred !== undefined) return referred;
    }
    if (Array.isArray(given.allOf)) return this.#all(given, given.allOf, at);
    return this.#plain(given, at);
  };

  #refer(schema: JsonObject, ref: string, at: SchemaPlace): JsonObject | undefined {
    const { $ref: _, ...siblings } = schema;
    if (this.#rules.refs === "keep" && /^#(\/\$defs\/|$)/.test(ref) && isEmpty(siblings))
      return { $ref: ref };
    const target = resolveRef(this.#root, ref);
    if (target === undefined) {
      this.#losses.add(`${at.path}.$ref`, "dropped");
      return this.compile(siblings, at);
    }
    if (at.open.includes(ref)) {
      if (this.#rules.refs === "keep" && /^#(\/\$defs\/|$)/.test(ref)) return { $ref: ref };
      return this.#bare(at);
    }
    const open = [...at.open, ref];
    return this.compile({ ...target, ...siblings }, { path: at.path, open });
  }

  #all(schema: JsonObject, members: readonly unknown[], at: SchemaPlace): JsonObject {
    const open = [...at.open];
    const resolved = members.map((member) => {
      const ref = isObject(member) ? member.$ref : undefined;
      if (typeof ref !== "string" || open.includes(ref)) return member;
      open.push(ref);
      const { $ref: _, ...siblings } = isObject(member) ? member : {};
      return { ...resolveRef(this.#root, ref), ...siblings };
    });
    // One member only lends its keywords, which says the same.
    if (members.length > 1) this.#losses.add(`${at.path}.allOf`, "emulated");
    return this.compile(mergeAllOf(schema, resolved), { path: at.path, open });
  }

  #plain(schema: JsonObject, at: SchemaPlace): JsonObject {
    const place = { rules: this.#rules, losses: this.#losses, at, compile: this.compile };
    const out = compileTypes(schema, place);
    if (schema.const !== undefined || schema.enum !== undefined) {
      const options = { rules: this.#rules, losses: this.#losses, path: at.path };
      Object.assign(out, compileEnum(schema, options));
    }
    const branched = isBranched(schema, this.#rules);
    for (const key of Object.keys(schema)) {
      const value = schema[key];
      if (branched && !ofAllTypes.has(key)) continue;
      if (value === undefined || special.has(key) || out[key] !== undefined) continue;
      if (choices.has(key) && !this.#rules.typeLists) continue;
      if (!this.#rules.keywords.has(key)) this.#leaveOut(schema, key, at);
      else if (subSchemaMaps.has(key)) out[key] = this.#map(value, under(at, key));
      else if (subSchemaLists.has(key)) out[key] = this.#list(value, under(at, key));
      else if (key === "items") out[key] = this.#items(value, under(at, key));
      else if (key === "additionalProperties")
        out[key] = typeof value === "boolean" ? value : this.compile(value, under(at, key));
      else if (key === "format") this.#format(out, value, at);
      else if (!holdsObject(value) || key === "default" || key === "example") out[key] = value;
      else this.#losses.add(`${at.path}.${key}`, "dropped");
    }
    this.#complete(schema, out, at);
    return out;
  }

  #leaveOut(schema: JsonObject, key: string, { path }: SchemaPlace): void {
    if (this.#rules.annotations.has(key)) return;
    // Definitions are there to be referred to, and what referred to them was inlined.
    if (key === "$defs" || key === "definitions" || key === "$id" || key === "$anchor") return;
    // Told by `compileTypes`, where the target has another word.
    if (key === "prefixItems" && schema.items === undefined) return;
    this.#losses.add(`${path}.${key}`, "dropped");
  }

  #map(value: unknown, at: SchemaPlace): unknown {
    if (!isObject(value)) return {};
    const compiled: [string, JsonObject][] = [];
    for (const name of Object.keys(value)) compiled.push([name, this.compile(value[name], under(at, name))]);
    return Object.fromEntries(compiled);
  }

  #list(value: unknown, at: SchemaPlace): unknown {
    if (!Array.isArray(value)) return [];
    return value.map((sub, i) => this.compile(sub, { ...at, path: `${at.path}[${i}]` }));
  }

  /** A list of schemas is the old way to write a tuple. */
  #items(value: unknown, at: SchemaPlace): JsonObject {
    if (!Array.isArray(value)) return this.compile(value, at);
    this.#losses.add(at.path, "emulated");
    return value.length === 1 ? this.compile(value[0], at) : { anyOf: this.#list(value, at) };
  }

  #format(out: Record<string, unknown>, value: unknown, { path }: SchemaPlace): void {
    const known = this.#rules.formats?.[String(out.type)];
    if (typeof value === "string" && (this.#rules.formats === undefined || known?.has(value) === true))
      out.format = value;
    else this.#losses.add(`${path}.format`, "dropped");
  }

  #complete(schema: JsonObject, out: Record<string, unknown>, { path }: SchemaPlace): void {
    if (Array.isArray(out.required)) this.#require(out, path);
    if (!this.#rules.complete) return;
    if (out.type === undefined && out.anyOf === undefined) {
      out.type = typeOf(schema);
      if (out.type === "string" && out.enum === undefined) this.#losses.add(`${path}.type`, "emulated");
    }
    if (out.type === "array" && out.items === undefined) {
      out.items = { type: "string" };
      this.#losses.add(`${path}.items`, "defaulted");
    }
  }

  /** Names of no property are refused; other languages allow them. */
  #require(out: Record<string, unknown>, path: string): void {
    const properties = isObject(out.properties) ? out.properties : {};
    const names = (out.required as readonly unknown[]).filter(
      (name) => typeof name === "string" && Object.hasOwn(properties, name),
    );
    if (names.length < (out.required as readonly unknown[]).length) {
      this.#losses.add(`${path}.required`, "clamped");
    }
    if (names.length > 0) out.required = names;
    else delete out.required;
  }

  #bare({ path }: SchemaPlace): JsonObject {
    this.#losses.add(path, "emulated");
    return { type: "object" };
  }
}

function under({ path, open }: SchemaPlace, key: string): SchemaPlace {
  return { path: `${path}.${key}`, open };
}

/** Each level of a schema adds a step or two to the path. */
function isTooDeep(path: string): boolean {
  const most = maxDepth * 2;
  // A step is at least one character, and most paths are shorter than this.
  return path.length >= most && path.split(/[.[]/).length > most;
}

/** No other keyword's value holds objects; one that does is misplaced. */
function holdsObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(holdsObject) : isObject(value);
}

function typeOf(schema: JsonObject): string {
  if (isObject(schema.properties)) return "object";
  return schema.items === undefined && schema.prefixItems === undefined ? "string" : "array";
}

function isEmpty(schema: JsonObject): boolean {
  return Object.keys(schema).every((key) => key.startsWith("$"));
}
