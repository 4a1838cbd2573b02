import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import { type Definitions, findRoute } from "./find-route.ts";

/** A resource with revisions: its answer is one thing that says when it last changed. */
export function answersResource(route: RouteConfig): boolean {
  return ["200", "201"].some((status) => {
    const schema = jsonSchemaOf(route, status);
    return schema instanceof z.ZodObject && "updated_at" in schema.shape;
  });
}

/** Changes or removes one resource, so that it takes `if-match`. */
export function isConditional(definitions: Definitions, route: RouteConfig): boolean {
  if (!["patch", "put", "delete"].includes(route.method)) return false;
  if (answersResource(route)) return true;
  const reading = findRoute(definitions, { method: "GET", path: route.path });
  return reading !== undefined && answersResource(reading);
}

/** Can be sent again under the same `idempotency-key`: whatever is a POST of somebody known. */
export function isRepeatable(route: RouteConfig): boolean {
  const isOpen = route.security?.length === 0;
  return route.method === "post" && !isOpen && !route.path.startsWith("/api/v1/auth/");
}

function jsonSchemaOf(route: RouteConfig, status: string): unknown {
  const response = route.responses[status];
  if (response === undefined || !("content" in response)) return undefined;
  const media = response.content?.["application/json"];
  return media !== undefined && "schema" in media ? media.schema : undefined;
}
