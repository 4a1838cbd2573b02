import type { OpenAPIHono } from "@hono/zod-openapi";

/** Methods that the contract has for this path, upper case; empty when the path is not in it. */
export function allowedMethods(
  definitions: OpenAPIHono["openAPIRegistry"]["definitions"],
  path: string,
): readonly string[] {
  const methods = definitions.flatMap((definition) =>
    definition.type === "route" && matches(definition.route.path, path) ? [definition.route.method] : [],
  );
  return [...new Set(methods)].map((method) => method.toUpperCase());
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith("{") || part === given[at])
  );
}
