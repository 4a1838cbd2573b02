import { createRoute, z } from "@hono/zod-openapi";
import { getProfile, listProfiles } from "../../services/profiles/list.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, pageQuery, pageSchema, problemAnswer, toPage } from "../schemas/common.ts";
import { profileSchema, toProfile } from "../schemas/profile.ts";

const tags = ["profiles"];

const list = createRoute({
  method: "get",
  path: "/profiles",
  summary: "Models of the catalog, by key",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      query: z.string().max(200).optional().describe("Part of the key"),
      driver: z.string().max(100).optional().describe("Only what this driver's vendor offers"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(profileSchema), "One page"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/profiles/{maker}/{model}",
  summary: "One model of the catalog",
  tags,
  request: {
    params: z.strictObject({ maker: z.string().max(100), model: z.string().max(300) }),
    query: z.strictObject({}),
  },
  responses: { 200: jsonAnswer(profileSchema, "The profile"), default: problemAnswer },
});

/** Vendor-neutral facts of models: context, reasoning, features, prices. */
export function profileRoutes() {
  return createRouter()
    .openapi(list, (c) => c.json(toPage(listProfiles(c.req.valid("query")), toProfile), 200))
    .openapi(get, (c) => {
      const { maker, model } = c.req.valid("param");
      return c.json(toProfile(getProfile(`${maker}/${model}`)), 200);
    });
}
