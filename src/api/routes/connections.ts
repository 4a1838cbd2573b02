import { createRoute, z } from "@hono/zod-openapi";
import { beginConnectionSignIn } from "../../services/connections/begin-sign-in.ts";
import { createConnection } from "../../services/connections/create.ts";
import { getConnection } from "../../services/connections/get.ts";
import { listConnections } from "../../services/connections/list.ts";
import { removeConnection } from "../../services/connections/remove.ts";
import { updateConnection } from "../../services/connections/update.ts";
import { verifyConnection } from "../../services/connections/verify.ts";
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
  beginConnectionSchema,
  begunSignInSchema,
  connectionSchema,
  createConnectionSchema,
  toBegunSignIn,
  toConnection,
  toVerification,
  updateConnectionSchema,
  verificationSchema,
} from "../schemas/connection.ts";

const tags = ["connections"];
const security = [{ session: [] }];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/connections",
  summary: "Your own connections",
  tags,
  security,
  request: {
    query: z.strictObject({
      ...pageQuery,
      sort: sortQuery(["name"]),
      connector: z.string().max(100).optional().describe("Id of the connector"),
      query: searchQuery("the name"),
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(connectionSchema), "One page"), default: problemAnswer },
});

const create = createRoute({
  method: "post",
  path: "/connections",
  summary: "Connect a service by a key",
  description: "The service is asked whose key it is before anything is saved.",
  tags,
  security,
  request: { query: noQuery, body: jsonBody(createConnectionSchema) },
  responses: { 201: jsonAnswer(connectionSchema, "Connected"), default: problemAnswer },
});

const get = createRoute({
  method: "get",
  path: "/connections/{id}",
  summary: "One of your own connections",
  tags,
  security,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(connectionSchema, "The connection"), default: problemAnswer },
});

const update = createRoute({
  method: "patch",
  path: "/connections/{id}",
  summary: "Rename a connection, or give it another key",
  tags,
  security,
  request: { params: idParams, query: noQuery, body: jsonBody(updateConnectionSchema) },
  responses: { 200: jsonAnswer(connectionSchema, "Changed"), default: problemAnswer },
});

const remove = createRoute({
  method: "delete",
  path: "/connections/{id}",
  summary: "Forget a connection and its credential",
  tags,
  security,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Forgotten" }, default: problemAnswer },
});

const verify = createRoute({
  method: "post",
  path: "/connections/{id}/verify",
  summary: "Ask the service again whose credential it is",
  tags,
  security,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(verificationSchema, "What the service says"), default: problemAnswer },
});

const authorize = createRoute({
  method: "post",
  path: "/connections/oauth/authorize",
  summary: "Begin to connect a service by signing in there",
  tags,
  security,
  request: { query: noQuery, body: jsonBody(beginConnectionSchema) },
  responses: {
    200: jsonAnswer(begunSignInSchema, "Send the browser to `authorize_url`"),
    default: problemAnswer,
  },
});

/** A person's accounts on external services. Keys are refused: they are nobody's. */
export function connectionRoutes() {
  return createRouter()
    .openapi(authorize, async (c) => {
      const { connection_id: connectionId, return_to: returnTo, ...body } = c.req.valid("json");
      const input = { orgId: c.get("orgId"), ...body, connectionId, returnTo };
      return c.json(toBegunSignIn(await beginConnectionSignIn(c.get("services"), input)), 200);
    })
    .openapi(list, async (c) => {
      const query = { orgId: c.get("orgId"), ...c.req.valid("query") };
      return c.json(toPage(await listConnections(c.get("services"), query), toConnection), 200);
    })
    .openapi(create, async (c) => {
      const input = { orgId: c.get("orgId"), ...c.req.valid("json") };
      return c.json(toConnection(await createConnection(c.get("services"), input)), 201);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), connectionId: c.req.valid("param").id };
      return c.json(toConnection(await getConnection(c.get("services"), ref)), 200);
    })
    .openapi(update, async (c) => {
      const ref = { orgId: c.get("orgId"), connectionId: c.req.valid("param").id };
      const input = { ...ref, ...c.req.valid("json") };
      return c.json(toConnection(await updateConnection(c.get("services"), input)), 200);
    })
    .openapi(remove, async (c) => {
      const ref = { orgId: c.get("orgId"), connectionId: c.req.valid("param").id };
      await removeConnection(c.get("services"), ref);
      return c.body(null, 204);
    })
    .openapi(verify, async (c) => {
      const ref = { orgId: c.get("orgId"), connectionId: c.req.valid("param").id };
      return c.json(toVerification(await verifyConnection(c.get("services"), ref)), 200);
    });
}
