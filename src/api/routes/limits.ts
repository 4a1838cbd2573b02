import { createRoute, z } from "@hono/zod-openapi";
import { createLimit } from "../../services/limits/create.ts";
import { getLimit } from "../../services/limits/get.ts";
import { listLimits } from "../../services/limits/list.ts";
import { removeLimit } from "../../services/limits/remove.ts";
import { updateLimit } from "../../services/limits/update.ts";
import { upsertLimit } from "../../services/limits/upsert.ts";
import { createRouter } from "../router.ts";
import {
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  sortQuery,
  toPage,
} from "../schemas/common.ts";
import {
  createLimitSchema,
  fromLimitBody,
  limitSchema,
  limitWithLevelsSchema,
  subjectKindQuery,
  toLimit,
  toLimitWithLevels,
  updateLimitSchema,
} from "../schemas/limit.ts";

const tags = ["limits"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/limits",
  summary: "Limits",
  tags,
  request: { query: z.strictObject({ ...pageQuery, sort: sortQuery([]), kind: subjectKindQuery }) },
  responses: { 200: jsonAnswer(pageSchema(limitSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/limits",
  summary: "Limit a subject",
  description:
    "The whole organization, a provider, a key, an agent, or an agent in one of its roles; each once.",
  tags,
  request: { query: noQuery, body: jsonBody(createLimitSchema) },
  responses: { 201: jsonAnswer(limitSchema, "Limited"), default: problemAnswer },
});

const upsert = createRoute({
  method: "put",
  path: "/limits",
  summary: "Limit a subject, or change its limit",
  description: "What is left out is not limited.",
  tags,
  request: { query: noQuery, body: jsonBody(createLimitSchema) },
  responses: {
    200: jsonAnswer(limitSchema, "Changed"),
    201: jsonAnswer(limitSchema, "Limited"),
    default: problemAnswer,
  },
});

const get = createRoute({
  method: "get",
  path: "/limits/{id}",
  summary: "One limit, and how full it is",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(limitWithLevelsSchema, "The limit"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/limits/{id}",
  summary: "Change a limit",
  description: "A field left out is kept, null is no limit. What was used stays counted.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(updateLimitSchema) },
  responses: { 200: jsonAnswer(limitSchema, "Changed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/limits/{id}",
  summary: "End a limit",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Ended" }, default: problemAnswer },
});

/** What subjects may use of requests, tokens and money. */
export function limitRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listLimits(c.get("services"), { orgId: c.get("orgId"), ...c.req.valid("query") });
      return c.json(
        toPage(page, (each) => toLimit(each, c.get("services"))),
        200,
      );
    })
    .openapi(create, async (c) => {
      const { subject, ...body } = c.req.valid("json");
      const input = { orgId: c.get("orgId"), subject, ...fromLimitBody(body) };
      return c.json(toLimit(await createLimit(c.get("services"), input), c.get("services")), 201);
    })
    .openapi(upsert, async (c) => {
      const { subject, ...body } = c.req.valid("json");
      const input = { orgId: c.get("orgId"), subject, ...fromLimitBody(body) };
      const { created, limit } = await upsertLimit(c.get("services"), input);
      return c.json(toLimit(limit, c.get("services")), created ? 201 : 200);
    })
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      const limit = await getLimit(c.get("services"), { orgId: c.get("orgId"), limitId: id });
      return c.json(toLimitWithLevels(limit, c.get("services")), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), limitId: c.req.valid("param").id };
      const limit = await updateLimit(c.get("services"), { ...ref, ...fromLimitBody(c.req.valid("json")) });
      return c.json(toLimit(limit, c.get("services")), 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid("param");
      await removeLimit(c.get("services"), { orgId: c.get("orgId"), limitId: id });
      return c.body(null, 204);
    });
}
