import { createRoute, z } from "@hono/zod-openapi";
import { createKey } from "../../services/keys/create.ts";
import { listKeys } from "../../services/keys/list.ts";
import { revokeKey } from "../../services/keys/revoke.ts";
import { createRouter } from "../router.ts";
import {
  flagQuery,
  idParams,
  jsonAnswer,
  jsonBody,
  pageQuery,
  pageSchema,
  problemAnswer,
  toPage,
} from "../schemas/common.ts";
import { createdKeySchema, createKeySchema, fromKeyBody, keySchema, toKey } from "../schemas/key.ts";

const tags = ["keys"];

const list = createRoute({
  method: "get",
  path: "/keys",
  summary: "Keys, oldest first",
  tags,
  request: {
    query: z.strictObject({ ...pageQuery, revoked: flagQuery.describe("`true`: revoked ones too") }),
  },
  responses: { 200: jsonAnswer(pageSchema(keySchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/keys",
  summary: "Make a key",
  tags,
  request: { query: z.strictObject({}), body: jsonBody(createKeySchema) },
  responses: {
    201: jsonAnswer(createdKeySchema, "Made; `value` is shown this once"),
    default: problemAnswer,
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/keys/{id}",
  summary: "Revoke a key",
  tags,
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(keySchema, "Revoked, also when it was before"), default: problemAnswer },
});

/** Virtual API keys. */
export function keyRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const page = await listKeys(c.get("services"), { orgId: c.get("orgId"), ...c.req.valid("query") });
      return c.json(toPage(page, toKey), 200);
    })
    .openapi(create, async (c) => {
      const { key, value } = await createKey(c.get("services"), {
        orgId: c.get("orgId"),
        ...fromKeyBody(c.req.valid("json")),
      });
      return c.json({ ...toKey(key), value: value.reveal() }, 201);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(toKey(await revokeKey(c.get("services"), { orgId: c.get("orgId"), keyId: id })), 200);
    });
}
