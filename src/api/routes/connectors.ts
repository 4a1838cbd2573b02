import { createRoute, z } from "@hono/zod-openapi";
import { configureConnector } from "../../services/connectors/configure.ts";
import { getConnector } from "../../services/connectors/get.ts";
import { listConnectors } from "../../services/connectors/list.ts";
import { unconfigureConnector } from "../../services/connectors/unconfigure.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, jsonBody, problemAnswer } from "../schemas/common.ts";
import {
  configureConnectorSchema,
  connectorSchema,
  fromConnectorBody,
  toConnector,
} from "../schemas/connector.ts";

const tags = ["connections"];
const noQuery = z.strictObject({});

const list = createRoute({
  method: "get",
  path: "/connectors",
  summary: "Services that members can connect, and their forms",
  tags,
  request: { query: noQuery },
  responses: {
    200: jsonAnswer(
      z.object({ data: z.array(connectorSchema), next_cursor: z.null() }),
      "Every connector this server has",
    ),
    default: problemAnswer,
  },
});

const get = createRoute({
  method: "get",
  path: "/connectors/{id}",
  summary: "One connector",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 200: jsonAnswer(connectorSchema, "The connector"), default: problemAnswer },
});

const configure = createRoute({
  method: "put",
  path: "/connectors/{id}",
  summary: "Set the OAuth client by which members sign in at the service",
  tags,
  request: { params: idParams, query: noQuery, body: jsonBody(configureConnectorSchema) },
  responses: { 200: jsonAnswer(connectorSchema, "Configured"), default: problemAnswer },
});

const unconfigure = createRoute({
  method: "delete",
  path: "/connectors/{id}",
  summary: "Remove the OAuth client",
  description: "Connections made with it stay, but are not renewed any more.",
  tags,
  request: { params: idParams, query: noQuery },
  responses: { 204: { description: "Removed" }, default: problemAnswer },
});

/** What can be connected, and the org's OAuth clients for it. */
export function connectorRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const connectors = await listConnectors(c.get("services"), { orgId: c.get("orgId") });
      return c.json({ data: connectors.map(toConnector), next_cursor: null }, 200);
    })
    .openapi(get, async (c) => {
      const ref = { orgId: c.get("orgId"), connectorId: c.req.valid("param").id };
      return c.json(toConnector(await getConnector(c.get("services"), ref)), 200);
    })
    .openapi(configure, async (c) => {
      const view = await configureConnector(c.get("services"), {
        orgId: c.get("orgId"),
        connectorId: c.req.valid("param").id,
        ...fromConnectorBody(c.req.valid("json")),
      });
      return c.json(toConnector(view), 200);
    })
    .openapi(unconfigure, async (c) => {
      const ref = { orgId: c.get("orgId"), connectorId: c.req.valid("param").id };
      await unconfigureConnector(c.get("services"), ref);
      return c.body(null, 204);
    });
}
