import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import type { ApiEnvironment } from "./api-environment.ts";
import { type Definitions, findRoute } from "./find-route.ts";
import { answersResource, isConditional, isRepeatable } from "./operation-facts.ts";
import { operationIds } from "./operation-ids.ts";
import { tagDescriptions } from "./tag-descriptions.ts";

type Router = OpenAPIHono<ApiEnvironment>;
export type OpenApiDocument = ReturnType<Router["getOpenAPI31Document"]>;
type PathItem = NonNullable<OpenApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** The contract: the routes' own, with what holds for all of them by the conventions and so is said in one place. */
export function buildDocument(
  router: Router,
  { version, gatewayUrl }: { readonly version: string; readonly gatewayUrl: string },
): OpenApiDocument {
  const { definitions } = router.openAPIRegistry;
  const document = router.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Penstock",
      version,
      description: "The control plane: providers, models, keys and people of an organization.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: gatewayUrl }],
    security: [{ adminKey: [] }, { session: [] }],
    tags: Object.entries(tagDescriptions).map(([name, description]) => ({ name, description })),
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item[method];
      const route = findRoute(definitions, { method, path });
      if (operation !== undefined && route !== undefined) {
        item[method] = decorate(operation, { route, definitions });
      }
    }
  }
  return document;
}

function decorate(
  operation: Operation,
  { route, definitions }: { readonly route: RouteConfig; readonly definitions: Definitions },
): Operation {
  const id = operationIds[`${route.method.toUpperCase()} ${route.path.replace("/api/v1", "")}`];
  const tagged = answersResource(route);
  return {
    ...(id !== undefined && { operationId: id }),
    ...operation,
    parameters: [...(operation.parameters ?? []), ...headersOf(route, definitions)],
    responses: Object.fromEntries(
      Object.entries(operation.responses ?? {})
        .map(([status, response]) => [
          status,
          tagged && status.startsWith("2") ? { ...response, headers: { etag: etagHeader } } : response,
        ])
        .concat(tagged && route.method === "get" ? [["304", { description: "You have it already" }]] : []),
    ),
  };
}

const etagHeader = {
  description: "The revision of the resource and a digest of this representation",
  schema: { type: "string" as const },
  example: '"mbx3k1zr.Zk3v9fQy1uB0c2Aw"',
};

function headersOf(route: RouteConfig, definitions: Definitions) {
  const header = (name: string, description: string) => ({
    name,
    in: "header" as const,
    required: false,
    description,
    schema: { type: "string" as const },
  });
  return [
    ...(route.method === "get" && answersResource(route)
      ? [header("if-none-match", "Entity tags that the client has: the answer is 304 when it is one of them")]
      : []),
    ...(isConditional(definitions, route)
      ? [
          header(
            "if-match",
            "Entity tags: 412 when the resource has another revision by now; `*`: when it is not there",
          ),
        ]
      : []),
    ...(isRepeatable(route)
      ? [
          header(
            "idempotency-key",
            "1 to 255 visible ASCII characters of your choice: the same request with the same key is carried out once within 24 hours",
          ),
        ]
      : []),
  ];
}
