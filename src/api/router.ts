import { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnvironment } from "./api-environment.ts";
import { validationHook } from "./problem/validation-hook.ts";

/** A router whose invalid input becomes a problem document. Every group of routes starts from one. */
export function createRouter(): OpenAPIHono<ApiEnvironment> {
  return new OpenAPIHono<ApiEnvironment>({ defaultHook: validationHook });
}
