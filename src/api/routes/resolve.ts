import { createRoute, z } from "@hono/zod-openapi";
import type { ApiOptions } from "../api-options.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { resolutionSchema } from "../schemas/resolution.ts";

const get = createRoute({
  method: "get",
  path: "/resolve",
  summary: "Which model a name would run, and why",
  tags: ["models"],
  request: { query: z.strictObject({ model: z.string().min(1).max(400) }) },
  responses: { 200: jsonAnswer(resolutionSchema, "The targets in order"), default: problemAnswer },
});

/** Explains the data plane's choice of a model. */
export function resolveRoutes(resolve: ApiOptions["resolve"]) {
  return createRouter().openapi(get, (c) =>
    c.json(resolve({ orgId: c.get("orgId"), model: c.req.valid("query").model }), 200),
  );
}
