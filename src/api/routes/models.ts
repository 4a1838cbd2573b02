import { createRoute, z } from "@hono/zod-openapi";
import { getModel } from "../../services/models/get.ts";
import { listModels } from "../../services/models/list.ts";
import { removeModel } from "../../services/models/remove.ts";
import { updateModel } from "../../services/models/update.ts";
import { updateModels } from "../../services/models/update-many.ts";
import { createRouter } from "../router.ts";
import { releaseQuery } from "../schemas/binding.ts";
import {
  flagQuery,
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  searchQuery,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import {
  fromModelBody,
  modelSchema,
  toModel,
  updateModelSchema,
  updateModelsSchema,
} from "../schemas/model.ts";

const tags = ["models"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/models",
  summary: "Models of every provider",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["name"]),
      provider_id: z.string().max(100).optional(),
      kind: modelSchema.shape.kind.optional(),
      enabled: flagQuery,
      favorite: flagQuery,
      stale: flagQuery.describe("Whether it is no longer at the vendor"),
      query: searchQuery("the vendor's id"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(modelSchema), "One page"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/models/{id}",
  summary: "One model",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(modelSchema, "The model"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/models/{id}",
  summary: "Enable, disable or describe a model",
  tags,
  request: { params: idParams, query: z.strictObject(releaseQuery), body: jsonBody(updateModelSchema) },
  responses: { 200: jsonAnswer(modelSchema, "Changed"), default: problemAnswer },
});

const updateMany = createRoute({
  method: "patch",
  path: "/models",
  summary: "Change many models: all of them or none",
  tags,
  request: { query: z.strictObject(releaseQuery), body: jsonBody(updateModelsSchema) },
  responses: {
    200: jsonAnswer(z.object({ data: z.array(modelSchema) }), "Changed"),
    default: problemAnswer,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/models/{id}",
  summary: "Remove a model",
  tags,
  request: { params: idParams, query: z.strictObject(releaseQuery) },
  responses: { 204: { description: "Removed" }, default: problemAnswer },
});

/** Models as the org's providers serve them. */
export function modelRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { provider_id: providerId, ...query } = c.req.valid("query");
      const page = await listModels(c.get("services"), { orgId: c.get("orgId"), providerId, ...query });
      return c.json(
        toPage(page, (each) => toModel(each, c.get("services"))),
        200,
      );
    })
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        toModel(await getModel(c.get("services"), { orgId: c.get("orgId"), modelId: id }), c.get("services")),
        200,
      );
    })
    .openapi(update, async (c) => {
      const model = await updateModel(c.get("services"), {
        orgId: c.get("orgId"),
        modelId: c.req.valid("param").id,
        mode: c.req.valid("query"),
        ...fromModelBody(c.req.valid("json")),
      });
      return c.json(toModel(model, c.get("services")), 200);
    })
    .openapi(updateMany, async (c) => {
      const { models } = c.req.valid("json");
      const changed = await updateModels(c.get("services"), {
        orgId: c.get("orgId"),
        mode: c.req.valid("query"),
        models: models.map(({ id, ...body }) => ({ id, ...fromModelBody(body) })),
      });
      return c.json({ data: changed.map((each) => toModel(each, c.get("services"))) }, 200);
    })
    .openapi(remove, async (c) => {
      await removeModel(c.get("services"), {
        orgId: c.get("orgId"),
        modelId: c.req.valid("param").id,
        mode: c.req.valid("query"),
      });
      return c.body(null, 204);
    });
}
