import { createRoute, z } from "@hono/zod-openapi";
import { createModel } from "../../services/models/create.ts";
import { checkProvider } from "../../services/providers/check.ts";
import { discoverModels } from "../../services/providers/discover.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { createModelSchema, fromModelBody, modelSchema, toModel } from "../schemas/model.ts";
import {
  checkProviderSchema,
  checkResultSchema,
  discoverySchema,
  fromProviderBody,
  toCheckResult,
} from "../schemas/provider.ts";

const tags = ["providers"];
const noQuery = z.strictObject({});

const checkCandidate = createRoute({
  method: "post",
  path: "/providers/check",
  summary: "Try a credential without storing anything",
  tags,
  request: { query: noQuery, body: jsonBody(checkProviderSchema) },
  responses: { 200: jsonAnswer(checkResultSchema, "What the vendor says"), default: problemAnswer },
});

const discover = createRoute({
  method: "post",
  path: "/providers/{id}/discover",
  summary: "Ask the vendor for its models",
  description: "New models arrive disabled.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(discoverySchema, "What changed"), default: problemAnswer },
});

const addModel = createRoute({
  method: "post",
  path: "/providers/{id}/models",
  summary: "Add a model by the vendor's id",
  tags: ["models"],
  request: { params: idParams, query: noQuery, body: jsonBody(createModelSchema) },
  responses: { 201: jsonAnswer(modelSchema, "Added, enabled unless said otherwise"), default: problemAnswer },
});

/** What can be done with a provider besides reading and writing it. */
export function providerActionRoutes() {
  return createRouter()
    .openapi(checkCandidate, async (c) => {
      const candidate = { orgId: c.get("orgId"), ...fromProviderBody(c.req.valid("json")) };
      return c.json(toCheckResult(await checkProvider(c.get("services"), candidate)), 200);
    })
    .openapi(discover, async (c) => {
      const { added, stale, enabled, total } = await discoverModels(c.get("services"), {
        orgId: c.get("orgId"),
        providerId: c.req.valid("param").id,
      });
      return c.json({ added: [...added], stale: [...stale], enabled: [...enabled], total }, 200);
    })
    .openapi(addModel, async (c) => {
      const body = c.req.valid("json");
      const model = await createModel(c.get("services"), {
        orgId: c.get("orgId"),
        providerId: c.req.valid("param").id,
        wireId: body.model,
        ...fromModelBody(body),
      });
      return c.json(toModel(model, c.get("services")), 201);
    });
}
