import { createRoute as declare, z } from "@hono/zod-openapi";
import { createRoute } from "../../services/routes/create.ts";
import { getRoute } from "../../services/routes/get.ts";
import { routeImpact } from "../../services/routes/impact.ts";
import { listRoutes } from "../../services/routes/list.ts";
import { removeRoute } from "../../services/routes/remove.ts";
import { updateRoute } from "../../services/routes/update.ts";
import { createRouter } from "../router.ts";
import { releaseQuery } from "../schemas/binding.ts";
import {
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
  createRouteSchema,
  fromNewRoute,
  fromRouteBody,
  routeImpactSchema,
  routeSchema,
  strategySchema,
  toRoute,
  toRouteImpact,
  updateRouteSchema,
} from "../schemas/route.ts";

const tags = ["routes"];
const noQuery = z.strictObject({});

const list = declare({
  method: "get",
  path: "/routes",
  summary: "Routes",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["name"]),
      strategy: strategySchema.optional(),
      model_id: z.string().max(100).optional().describe("Only routes with this model among their targets"),
      query: searchQuery("the name"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(routeSchema), "One page"), default: problemAnswer },
});

const create = declare({
  method: "post",
  path: "/routes",
  summary: "Make a route",
  description: "Everything that is wrong with it is told at once.",
  tags,
  request: { query: noQuery, body: jsonBody(createRouteSchema) },
  responses: {
    201: jsonAnswer(routeSchema, "Made; requests may name it as their `model`"),
    default: problemAnswer,
  },
});

const get = declare({
  method: "get",
  path: "/routes/{id}",
  summary: "One route",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(routeSchema, "The route"), default: problemAnswer },
});

const update = declare({
  method: "patch",
  path: "/routes/{id}",
  summary: "Change a route",
  description:
    "A field left out is kept; `targets` replaces all of them. Keys and default models that name the route follow a new name.",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(updateRouteSchema) },
  responses: { 200: jsonAnswer(routeSchema, "Changed"), default: problemAnswer },
});

const remove = declare({
  method: "delete",
  path: "/routes/{id}",
  summary: "Remove a route",
  tags,
  request: { params: idParams, query: z.strictObject(releaseQuery) },
  responses: { 204: { description: "Removed" }, default: problemAnswer },
});

const impact = declare({
  method: "get",
  path: "/routes/{id}/impact",
  summary: "What removing a route would do",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(routeImpactSchema, "What names it"), default: problemAnswer },
});

/** Named virtual models. */
export function routeRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { model_id: modelId, ...query } = c.req.valid("query");
      const page = await listRoutes(c.get("services"), { orgId: c.get("orgId"), modelId, ...query });
      return c.json(
        toPage(page, (each) => toRoute(each, c.get("services"))),
        200,
      );
    })
    .openapi(create, async (c) => {
      const input = { orgId: c.get("orgId"), ...fromNewRoute(c.req.valid("json")) };
      return c.json(toRoute(await createRoute(c.get("services"), input), c.get("services")), 201);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), routeId: c.req.valid("param").id };
      return c.json(toRoute(await getRoute(c.get("services"), ref), c.get("services")), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), routeId: c.req.valid("param").id };
      const route = await updateRoute(c.get("services"), { ...ref, ...fromRouteBody(c.req.valid("json")) });
      return c.json(toRoute(route, c.get("services")), 200);
    })
    .openapi(remove, async (c) => {
      await removeRoute(c.get("services"), {
        orgId: c.get("orgId"),
        routeId: c.req.valid("param").id,
        mode: c.req.valid("query"),
      });
      return c.body(null, 204);
    })
    .openapi(impact, async (c) => {
      const ref = { orgId: c.get("orgId"), routeId: c.req.valid("param").id };
      const { bindings } = await routeImpact(c.get("services"), ref);
      return c.json(toRouteImpact(bindings), 200);
    });
}
