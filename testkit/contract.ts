import { z } from "zod";

/** One operation of the OpenAPI document. */
export interface Operation {
  /** Upper case. */
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  /** `GET /api/v1/…`, for tables and messages. */
  readonly name: string;
  readonly params: readonly string[];
  /** Those of the query that take any text, as an id is. */
  readonly query: readonly string[];
  readonly body: unknown;
  /** Who may call it: anybody, people with a session, or keys and people. */
  readonly access: "open" | "session" | "any";
}

const operationSchema = z.object({
  parameters: z
    .array(z.object({ in: z.string(), name: z.string(), schema: z.unknown().optional() }))
    .default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
});

const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** What a document promises, read from the document itself: a new route is in the tests that walk it from its first day. */
export class Contract {
  readonly operations: readonly Operation[];
  readonly #schemas: Readonly<Record<string, unknown>>;

  constructor(document: unknown) {
    const { paths, components } = documentSchema.parse(document);
    this.#schemas = components.schemas;
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        name: `${method.toUpperCase()} ${path}`,
        params: operation.parameters.flatMap((each) => (each.in === "path" ? each.name : [])),
        query: operation.parameters.flatMap((each) =>
          each.in === "query" && isText(each.schema) ? each.name : [],
        ),
        body: operation.requestBody?.content["application/json"]?.schema,
        access: accessOf(operation.security),
      })),
    );
  }

  /** The smallest value that a schema takes: required fields only, the first choice of each. */
  sample(schema: unknown): unknown {
    const { $ref, allOf, anyOf, oneOf, type, ...rest } = schemaSchema.parse(schema);
    if ($ref !== undefined) return this.sample(this.#schemas[$ref.replace("#/components/schemas/", "")]);
    if (allOf !== undefined) return Object.assign({}, ...allOf.map((each) => this.sample(each)));
    const choice = anyOf?.[0] ?? oneOf?.[0];
    if (choice !== undefined) return this.sample(choice);
    if (rest.enum !== undefined) return rest.enum[0];
    switch (Array.isArray(type) ? type[0] : type) {
      case "string":
        return rest.format === "date-time"
          ? "2040-01-01T00:00:00.000Z"
          : "x".repeat(Math.max(rest.minLength ?? 1, 1));
      case "integer":
      case "number":
        return rest.minimum ?? 0;
      case "boolean":
        return false;
      case "array":
        return Array.from({ length: rest.minItems ?? 0 }, () => this.sample(rest.items));
      case "null":
        return null;
      default:
        return Object.fromEntries(
          (rest.required ?? []).map((name) => [name, this.sample(rest.properties?.[name] ?? {})]),
        );
    }
  }
}

function isText(schema: unknown): boolean {
  const { type, enum: choices } = schemaSchema.parse(schema ?? {});
  return choices === undefined && (type === undefined || [type].flat().includes("string"));
}

const schemaSchema = z.object({
  $ref: z.string().optional(),
  allOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  minItems: z.number().optional(),
  items: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

function accessOf(security: readonly Readonly<Record<string, unknown>>[] | undefined): Operation["access"] {
  if (security === undefined) return "any";
  return security.length === 0 ? "open" : "session";
}
