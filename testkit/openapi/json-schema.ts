/** The part of JSON Schema that the contract uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> }>
  >;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** A schema with every reference in it replaced by what it refers to; the contract's schemas never refer to themselves. */
export function inlined(schema: JsonSchema, document: Document): JsonSchema {
  const inline = (_: string, value: unknown): unknown => {
    if (typeof value !== "object" || value === null || !("$ref" in value)) return value;
    const name = String(value.$ref).replace("#/components/schemas/", "");
    const target = document.components.schemas[name];
    if (target === undefined) throw new RangeError(`the contract has no schema ${name}`);
    return inlined(target, document);
  };
  return JSON.parse(JSON.stringify(schema), inline) as JsonSchema;
}

/** The same schema, but what it does not declare is wrong: an answer must not say more than its contract. */
export function closed(schema: JsonSchema, inside = false): JsonSchema & { unevaluatedProperties?: false } {
  const each = (schemas: readonly JsonSchema[] | undefined, within: boolean) =>
    schemas?.map((one) => closed(one, within));
  const isObject = schema.properties !== undefined || schema.allOf !== undefined;
  return {
    ...schema,
    ...(schema.allOf && { allOf: each(schema.allOf, true) ?? [] }),
    ...(schema.anyOf && { anyOf: each(schema.anyOf, false) ?? [] }),
    ...(schema.oneOf && { oneOf: each(schema.oneOf, false) ?? [] }),
    ...(schema.items && { items: closed(schema.items) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, one]) => [name, closed(one)]),
      ),
    }),
    ...(typeof schema.additionalProperties === "object" && {
      additionalProperties: closed(schema.additionalProperties),
    }),
    ...(isObject && !inside && schema.additionalProperties === undefined && { unevaluatedProperties: false }),
  };
}
