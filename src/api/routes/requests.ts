import { createRoute, z } from "@hono/zod-openapi";
import { getRequest } from "../../services/ledger/get-request.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, problemAnswer } from "../schemas/common.ts";
import { requestSchema, toRequest } from "../schemas/request.ts";

const get = createRoute({
  method: "get",
  path: "/requests/{id}",
  summary: "What one request used and cost",
  description: "The id is the `x-penstock-request-id` header of the gateway's answer.",
  tags: ["requests"],
  request: { params: idParams, query: z.strictObject({}) },
  responses: { 200: jsonAnswer(requestSchema, "The ledger's row"), default: problemAnswer },
});

/** The ledger, row by row. */
export function requestRoutes() {
  return createRouter().openapi(get, async (c) => {
    const { id } = c.req.valid("param");
    const record = await getRequest(c.get("services"), { orgId: c.get("orgId"), requestId: id });
    return c.json(toRequest(record), 200);
  });
}
