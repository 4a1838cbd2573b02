import fc from "fast-check";
import { arbitraryOf } from "./arbitrary-of.ts";
import { hostileHeaders, hostileValues, mutated, rawBodies } from "./hostile.ts";
import { type Document, inlined, type Operation, type Parameter } from "./json-schema.ts";

export type Who = "admin" | "read" | "nobody" | "owner";

/** One request to an operation, as it goes out. */
export interface GeneratedRequest {
  readonly who: Who;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Requests to one operation: valid ones, and ones with something hostile in every place there is. `ids`: of real things. */
export function requestsOf(
  document: Document,
  where: { readonly method: string; readonly path: string; readonly operation: Operation },
  ids: readonly string[],
): fc.Arbitrary<GeneratedRequest> {
  const { method, path, operation } = where;
  const { parameters = [] } = operation;
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  const valid = schema === undefined ? fc.constant(undefined) : arbitraryOf(inlined(schema, document));
  const body = valid.chain((value) => {
    if (schema === undefined) return fc.constant(undefined);
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant(JSON.stringify(value)) },
      { weight: 5, arbitrary: mutated(value).map((broken) => JSON.stringify(broken) ?? "") },
      { weight: 1, arbitrary: fc.constantFrom(...rawBodies) },
    );
  });
  return fc
    .record({
      who: fc.oneof(
        { weight: 5, arbitrary: fc.constant("admin" as const) },
        { weight: 3, arbitrary: fc.constant("owner" as const) },
        { weight: 1, arbitrary: fc.constantFrom("read" as const, "nobody" as const) },
      ),
      params: fc.record(paramsOf(parameters, ids)),
      query: fc.record(queryOf(parameters, document)),
      headers: fc.oneof(
        { weight: 6, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(fc.constantFrom(...hostileHeaders), { minLength: 1, maxLength: 2 }),
        },
      ),
      body,
    })
    .map(({ who, params, query, headers, body: text }) => ({
      who,
      method: method.toUpperCase(),
      path: fill(path, params) + toQuery(query),
      headers: {
        ...(text !== undefined && { "content-type": "application/json" }),
        ...Object.fromEntries(headers),
      },
      body: text,
    }));
}

function paramsOf(parameters: readonly Parameter[], ids: readonly string[]) {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.constantFrom(...hostileValues.map((each) => String(each))) },
  );
  return Object.fromEntries(parameters.filter((each) => each.in === "path").map(({ name }) => [name, value]));
}

function queryOf(
  parameters: readonly Parameter[],
  document: Document,
): Record<string, fc.Arbitrary<string | undefined>> {
  const named = parameters
    .filter((each) => each.in === "query")
    .map(({ name, required, schema = {} }) => {
      const valid = arbitraryOf(inlined(schema, document)).map(String);
      const hostile = fc.constantFrom(...hostileValues).map((each) => String(each));
      return [
        name,
        fc.oneof(
          { weight: required === true ? 0 : 10, arbitrary: fc.constant(undefined) },
          { weight: 6, arbitrary: valid },
          { weight: 1, arbitrary: hostile },
        ),
      ] as const;
    });
  const extra = fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("1", "__proto__") },
  );
  return { ...Object.fromEntries(named), no_such_parameter: extra };
}

function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(params[name] ?? "x"));
}

function toQuery(query: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encoded(name)}=${encoded(value)}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Half a character cannot be encoded; what a sloppy client would send instead is bytes that are no UTF-8. */
function encoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : "%ed%a0%80";
}
