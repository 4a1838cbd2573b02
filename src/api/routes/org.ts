import { createRoute, z } from "@hono/zod-openapi";
import { getOrg } from "../../services/orgs/get.ts";
import { setDefaultModel } from "../../services/orgs/set-default-model.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import { orgSchema, toOrg, updateOrgSchema } from "../schemas/org.ts";

const get = createRoute({
  method: "get",
  path: "/org",
  summary: "The organization of the calling key",
  tags: ["org"],
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer(orgSchema, "The organization"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/org",
  summary: "Set the default model",
  tags: ["org"],
  request: { query: z.strictObject({}), body: jsonBody(updateOrgSchema) },
  responses: { 200: jsonAnswer(orgSchema, "Changed"), default: problemAnswer },
});

/** Settings of the caller's organization. */
export function orgRoutes() {
  return createRouter()
    .openapi(get, async (c) => c.json(toOrg(await getOrg(c.get("services"), { orgId: c.get("orgId") })), 200))
    .openapi(update, async (c) => {
      const org = await setDefaultModel(c.get("services"), {
        orgId: c.get("orgId"),
        model: c.req.valid("json").default_model,
      });
      return c.json(toOrg(org), 200);
    });
}
