import { type Definitions, matchesPath } from "./find-route.ts";

/** Methods that a path answers to, upper case; empty when the contract has no such path. HEAD is GET without the body. */
export function allowedMethods(definitions: Definitions, path: string): readonly string[] {
  const methods = definitions.flatMap((definition) =>
    definition.type === "route" && matchesPath(definition.route.path, path)
      ? [definition.route.method.toUpperCase()]
      : [],
  );
  if (methods.length === 0) return [];
  return [...new Set([...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"])];
}
