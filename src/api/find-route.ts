import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";

/** What the contract is made of. */
export type Definitions = OpenAPIHono["openAPIRegistry"]["definitions"];

/** The route of the contract that answers a request; as in the router, the first that fits. HEAD is answered by GET's. */
export function findRoute(
  definitions: Definitions,
  { method, path }: { readonly method: string; readonly path: string },
): RouteConfig | undefined {
  const wanted = method === "HEAD" ? "get" : method.toLowerCase();
  for (const definition of definitions) {
    if (definition.type !== "route" || definition.route.method !== wanted) continue;
    if (matchesPath(definition.route.path, path)) return definition.route;
  }
  return undefined;
}

/** Whether a path has the shape of one of the contract, e.g. `/api/v1/keys/{id}`. */
export function matchesPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith("{") || part === given[at])
  );
}
