import { createRoute, z } from "@hono/zod-openapi";
import { createKey } from "../../services/keys/create.ts";
import { getKey } from "../../services/keys/get.ts";
import { listKeys } from "../../services/keys/list.ts";
import { revokeKey } from "../../services/keys/revoke.ts";
import { rotateKey } from "../../services/keys/rotate.ts";
import { updateKey } from "../../services/keys/update.ts";
import { createRouter } from "../router.ts";
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
  createdKeySchema,
  createKeySchema,
  fromKeyBody,
  keySchema,
  keyStateQuery,
  rotateKeySchema,
  toKey,
  updateKeySchema,
} from "../schemas/key.ts";

const tags = ["keys"];

const list = createRoute({
  method: "get",
  path: "/keys",
  summary: "Keys",
  tags,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["name"]),
      state: keyStateQuery,
      query: searchQuery("the name"),
    }),
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

const get = createRoute({
  method: "get",
  path: "/keys/{id}",
  summary: "One key",
  tags,
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(keySchema, "The key, also when it is revoked"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/keys/{id}",
  summary: "Change what a key may do",
  description: "A field left out is kept. To replace the value, rotate the key.",
  tags,
  request: { params: idParams, query: z.strictObject({}), body: jsonBody(updateKeySchema) },
  responses: { 200: jsonAnswer(keySchema, "Changed"), default: problemAnswer },
});

const rotate = createRoute({
  method: "post",
  path: "/keys/{id}/rotate",
  summary: "Give a key a new value",
  description:
    "The value before works on until the grace ends; one before that, still in its own grace, ends at once. Revoking the key ends all.",
  tags,
  request: { params: idParams, query: z.strictObject({}), body: jsonBody(rotateKeySchema) },
  responses: {
    200: jsonAnswer(createdKeySchema, "Rotated; `value` is shown this once"),
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
      return c.json(
        toPage(page, (each) => toKey(each, c.get("services"))),
        200,
      );
    })
    .openapi(create, async (c) => {
      const { key, value } = await createKey(c.get("services"), {
        orgId: c.get("orgId"),
        ...fromKeyBody(c.req.valid("json")),
      });
      return c.json({ ...toKey(key, c.get("services")), value: value.reveal() }, 201);
    })
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        toKey(await getKey(c.get("services"), { orgId: c.get("orgId"), keyId: id }), c.get("services")),
        200,
      );
    })
    .openapi(update, async (c) => {
      const key = await updateKey(c.get("services"), {
        orgId: c.get("orgId"),
        keyId: c.req.valid("param").id,
        ...fromKeyBody(c.req.valid("json")),
      });
      return c.json(toKey(key, c.get("services")), 200);
    })
    .openapi(rotate, async (c) => {
      const { key, value } = await rotateKey(c.get("services"), {
        orgId: c.get("orgId"),
        keyId: c.req.valid("param").id,
        graceSeconds: c.req.valid("json").grace_seconds,
      });
      return c.json({ ...toKey(key, c.get("services")), value: value.reveal() }, 200);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(
        toKey(await revokeKey(c.get("services"), { orgId: c.get("orgId"), keyId: id }), c.get("services")),
        200,
      );
    });
}
