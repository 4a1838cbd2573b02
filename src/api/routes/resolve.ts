import { createRoute, z } from "@hono/zod-openapi";
import { listIdleModels } from "../../services/models/list-idle.ts";
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
  return createRouter().openapi(get, async (c) => {
    const [orgId, { model }] = [c.get("orgId"), c.req.valid("query")];
    const resolution = resolve({ orgId, model });
    const known = new Set(resolution.targets.map((target) => target.model_id));
    const idle = (await listIdleModels(c.get("services"), { orgId, name: model }))
      // What was disabled a moment ago may still be in the data plane's tables.
      .filter((each) => !known.has(each.model.id))
      .map((each) => ({
        provider: each.provider.name,
        provider_id: each.provider.id,
        model: each.model.wireId,
        model_id: each.model.id,
        chosen: false,
        reason: each.reason,
      }));
    return c.json({ ...resolution, targets: [...resolution.targets, ...idle] }, 200);
  });
}
