import { createRoute, z } from "@hono/zod-openapi";
import { getContent } from "../../services/ledger/get-content.ts";
import { getRequest } from "../../services/ledger/get-request.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { requestContentSchema, requestSchema, toRequest, toRequestContent } from "../schemas/request.ts";

const get = createRoute({
  method: "get",
  path: "/requests/{id}",
  summary: "What one request used and cost",
  description: "The id is the `x-penstock-request-id` header of the gateway's answer.",
  tags: ["requests"],
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(requestSchema, "The ledger's row"), default: problemAnswer },
});

const content = createRoute({
  method: "get",
  path: "/requests/{id}/content",
  summary: "What one request said and was answered",
  description:
    "Kept only while the organization's settings say so (`content_logging`), and for admins only. Each reading stands in the audit log.",
  tags: ["requests"],
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(requestContentSchema, "The texts"), default: problemAnswer },
});

/** The ledger, row by row, and what was kept beside it. */
export function requestRoutes() {
  return createRouter()
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      const record = await getRequest(c.get("services"), { orgId: c.get("orgId"), requestId: id });
      return c.json(toRequest(record), 200);
    })
    .openapi(content, async (c) => {
      const { id } = c.req.valid("param");
      const record = await getContent(c.get("services"), { orgId: c.get("orgId"), requestId: id });
      return c.json(toRequestContent(record), 200);
    });
}
