import type { OpenApiDocument } from "../document.ts";
import { escapeHtml } from "../page.ts";
import { inline } from "./inline-text.ts";

export type Schemas = NonNullable<NonNullable<OpenApiDocument["components"]>["schemas"]>;
export type Schema = Schemas[string];

/** What a schema says, with what it refers to expanded in place; `depth` ends what refers to itself. */
export function schemaHtml(schema: Schema, schemas: Schemas, depth = 0): string {
  const found = resolve(schema, schemas);
  if (depth > 6) return `<small>${escapeHtml(typeText(schema, schemas))}</small>`;
  const { properties, required = [] } = found;
  const item = itemOf(found);
  if (properties !== undefined) {
    const rows = Object.entries(properties).map(([name, property]) => {
      const needed = required.includes(name) ? "" : ", optional";
      const { description = "" } = resolve(property, schemas);
      const inner = hasInside(property, schemas) ? schemaHtml(property, schemas, depth + 1) : "";
      return `<dt><code>${escapeHtml(name)}</code> <small>${escapeHtml(typeText(property, schemas))}${needed}</small></dt>
<dd>${inline(description)}${inner}</dd>`;
    });
    return `<dl class="schema">${rows.join("")}</dl>`;
  }
  if (item !== undefined && hasInside(item, schemas)) return schemaHtml(item, schemas, depth + 1);
  return `<small>${escapeHtml(typeText(schema, schemas))}</small>`;
}

/** The schema itself, not the reference to it. */
export function resolve(schema: Schema, schemas: Schemas): Exclude<Schema, { $ref: string }> {
  if (!("$ref" in schema) || schema.$ref === undefined) return schema as Exclude<Schema, { $ref: string }>;
  const target = schemas[schema.$ref.replace("#/components/schemas/", "")];
  return target === undefined ? {} : resolve(target, schemas);
}

function itemOf(schema: Schema): Schema | undefined {
  if ("items" in schema && schema.items !== undefined) return schema.items as Schema;
  const { additionalProperties } = schema as { additionalProperties?: unknown };
  return typeof additionalProperties === "object" && additionalProperties !== null
    ? (additionalProperties as Schema)
    : undefined;
}

function hasInside(schema: Schema, schemas: Schemas): boolean {
  const found = resolve(schema, schemas);
  const item = itemOf(found);
  return found.properties !== undefined || (item !== undefined && hasInside(item, schemas));
}

/** A schema in a few words, e.g. `array of string, or null`. */
function typeText(schema: Schema, schemas: Schemas): string {
  const found = resolve(schema, schemas);
  const any = found.anyOf ?? found.oneOf;
  if (any !== undefined) return any.map((each) => typeText(each, schemas)).join(" or ");
  if (found.const !== undefined) return JSON.stringify(found.const);
  if (found.enum !== undefined) return found.enum.map((each) => JSON.stringify(each)).join(" | ");
  const types = [found.type ?? "anything"].flat().map((type) => {
    const item = type === "array" || type === "object" ? itemOf(found) : undefined;
    if (item === undefined) return type;
    return type === "array" ? `array of ${typeText(item, schemas)}` : `map to ${typeText(item, schemas)}`;
  });
  return types.join(" or ") + limitsText(found);
}

function limitsText(schema: Exclude<Schema, { $ref: string }>): string {
  const limits = [
    schema.format,
    schema.minimum === undefined ? undefined : `from ${schema.minimum}`,
    schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER
      ? undefined
      : `to ${schema.maximum}`,
    schema.maxLength === undefined ? undefined : `${schema.maxLength} characters at most`,
    schema.maxItems === undefined ? undefined : `${schema.maxItems} at most`,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? "" : ` (${limits.join(", ")})`;
}
