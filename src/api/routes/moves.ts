import { createRoute, z } from "@hono/zod-openapi";
import { rebindModel } from "../../services/bindings/rebind.ts";
import { modelImpact } from "../../services/models/impact.ts";
import { listSiblings } from "../../services/models/siblings.ts";
import { providerImpact } from "../../services/providers/impact.ts";
import { createRouter } from "../router.ts";
import {
  modelImpactSchema,
  providerImpactSchema,
  rebindSchema,
  reboundSchema,
  toModelImpact,
  toProviderImpact,
  toRebound,
} from "../schemas/binding.ts";
import { idParams, jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { modelSchema, toModel } from "../schemas/model.ts";

const noQuery = z.strictObject({});

const impactOfProvider = createRoute({
  method: "get",
  path: "/providers/{id}/impact",
  summary: "What disabling or removing a provider would do",
  tags: ["providers"],
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(providerImpactSchema, "What hangs on it"), default: problemAnswer },
});

const impactOfModel = createRoute({
  method: "get",
  path: "/models/{id}/impact",
  summary: "What disabling, removing or replacing a model would do",
  tags: ["models"],
  request: {
    params: idParams,
    query: z.strictObject({
      to: z.string().max(100).optional().describe("Id of the model that would take its place"),
    }),
  },
  responses: { 200: jsonAnswer(modelImpactSchema, "What hangs on it"), default: problemAnswer },
});

const siblings = createRoute({
  method: "get",
  path: "/models/{id}/siblings",
  summary: "The same model on other providers, usable ones first",
  tags: ["models"],
  request: { params: idParams, query: noQuery },
  responses: {
    200: jsonAnswer(z.object({ data: z.array(modelSchema) }), "Its siblings"),
    default: problemAnswer,
  },
});

const rebind = createRoute({
  method: "post",
  path: "/models/{id}/rebind",
  summary: "Move everything that names a model to another one",
  tags: ["models"],
  request: { params: idParams, query: noQuery, body: jsonBody(rebindSchema) },
  responses: { 200: jsonAnswer(reboundSchema, "What was changed, or would be"), default: problemAnswer },
});

/** Moving from one model or provider to another: what would happen, what is the same, and the move itself. */
export function moveRoutes() {
  return createRouter()
    .openapi(impactOfProvider, async (c) => {
      const { id: providerId } = c.req.valid("param");
      const impact = await providerImpact(c.get("services"), { orgId: c.get("orgId"), providerId });
      return c.json(toProviderImpact(impact), 200);
    })
    .openapi(impactOfModel, async (c) => {
      const { id: modelId } = c.req.valid("param");
      const { to } = c.req.valid("query");
      const impact = await modelImpact(c.get("services"), { orgId: c.get("orgId"), modelId, to });
      return c.json(toModelImpact(impact, c.get("services")), 200);
    })
    .openapi(siblings, async (c) => {
      const { id: modelId } = c.req.valid("param");
      const found = await listSiblings(c.get("services"), { orgId: c.get("orgId"), modelId });
      return c.json({ data: found.map((each) => toModel(each, c.get("services"))) }, 200);
    })
    .openapi(rebind, async (c) => {
      const { to, dry_run: dryRun = false } = c.req.valid("json");
      const { id: from } = c.req.valid("param");
      const changes = await rebindModel(c.get("services"), { orgId: c.get("orgId"), from, to, dryRun });
      return c.json(toRebound(changes, dryRun), 200);
    });
}
