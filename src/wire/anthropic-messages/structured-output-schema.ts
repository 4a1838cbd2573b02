import type { LossList } from "../neutral/loss.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** String formats the API enforces. Source: the official SDK's `transform-json-schema`. */
const formats: ReadonlySet<unknown> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
]);

/** Keywords the API takes as they are. */
const carried: ReadonlySet<string> = new Set([
  "type",
  "title",
  "description",
  "enum",
  "const",
  "default",
  "examples",
  "required",
  "$ref",
  "$id",
  "$anchor",
]);
/** Keywords that bind nothing; they are left out. */
const silent: ReadonlySet<string> = new Set([
  "$schema",
  "$comment",
  "~optional",
  "deprecated",
  "readOnly",
  "writeOnly",
]);
const schemaLists: ReadonlySet<string> = new Set(["anyOf", "allOf"]);
const schemaMaps: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

/** Where a schema stands in the caller's request, and where to say what it lost. */
export interface SchemaPlace {
  readonly path: string;
  readonly losses: LossList;
}

/**
 * A schema within the subset that constrained decoding supports. Objects are closed; constraints the API would refuse
 * are put into the description, where the model reads them but nothing enforces them, and are losses.
 */
export function fitSchema(schema: JsonObject, at: SchemaPlace): JsonObject {
  const fitted: Record<string, unknown> = {};
  const moved: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    const place = { path: `${at.path}.${key}`, losses: at.losses };
    if (value === undefined || silent.has(key)) continue;
    if (carried.has(key)) fitted[key] = value;
    else if (schemaMaps.has(key)) fitted[key] = fitMap(value, place);
    else if (schemaLists.has(key)) fitted[key] = fitList(value, place);
    else if (key === "items") fitted[key] = isObject(value) ? fitSchema(value, place) : value;
    else if (key === "oneOf") {
      // The API knows no "exactly one"; "at least one" is the nearest.
      if (!("anyOf" in schema)) fitted.anyOf = fitList(value, place);
      at.losses.add(place.path, "emulated");
    } else if (key === "additionalProperties") {
      if (value !== false) at.losses.add(place.path, "clamped");
    } else if (enforced(key, value)) fitted[key] = value;
    else {
      moved.push(`${key}: ${JSON.stringify(value)}`);
      at.losses.add(place.path, "dropped");
    }
  }
  if (isObjectSchema(schema)) fitted.additionalProperties = false;
  if (moved.length > 0) fitted.description = describe(schema.description, moved);
  return fitted;
}

function enforced(key: string, value: unknown): boolean {
  switch (key) {
    case "format":
      return formats.has(value);
    case "minItems":
      return value === 0 || value === 1;
    case "pattern":
      // Lookaround, back references and word boundaries are what its engine cannot do.
      return typeof value === "string" && !/\(\?[=!<]|\\[1-9bB]/.test(value);
    default:
      return false;
  }
}

function isObjectSchema(schema: JsonObject): boolean {
  const { type } = schema;
  if (type === undefined) return isObject(schema.properties);
  return type === "object" || (Array.isArray(type) && type.includes("object"));
}

function fitMap(value: unknown, at: SchemaPlace): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [
      name,
      isObject(schema) ? fitSchema(schema, { ...at, path: `${at.path}.${name}` }) : schema,
    ]),
  );
}

function fitList(value: unknown, at: SchemaPlace): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((schema, i) =>
    isObject(schema) ? fitSchema(schema, { ...at, path: `${at.path}[${i}]` }) : schema,
  );
}

function describe(description: unknown, moved: readonly string[]): string {
  const constraints = `{${moved.join(", ")}}`;
  return typeof description === "string" && description !== ""
    ? `${description}\n\n${constraints}`
    : constraints;
}
