import { createRoute, z } from "@hono/zod-openapi";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { getContent } from "../../services/ledger/get-content.ts";
import { getRequest } from "../../services/ledger/get-request.ts";
import { exportRequests, listRequests } from "../../services/usage/list-requests.ts";
import { columnsOf } from "../export/columns-of.ts";
import { exportAnswer, refuseCuts } from "../export/export-answer.ts";
import { exportableAnswer, exportFormatOf, formatQuery } from "../export/export-format.ts";
import { createRouter } from "../router.ts";
import { idParams, jsonAnswer, pageQuery, pageSchema, problemAnswer, toPage } from "../schemas/common.ts";
import { requestContentSchema, requestSchema, toRequest, toRequestContent } from "../schemas/request.ts";
import { intervalQuery, toUsageFilter, usageFilterQuery } from "../schemas/usage.ts";

const list = createRoute({
  method: "get",
  path: "/requests",
  summary: "Requests, newest first",
  description:
    "A page of a rare kind of requests may be short, or empty, and still have another behind it: go on until `next_cursor` is null.",
  tags: ["requests"],
  request: {
    query: z.strictObject({
      ...pageQuery,
      ...intervalQuery,
      ...usageFilterQuery,
      status: z.coerce.number().int().min(100).max(599).optional().describe("HTTP status the client saw"),
      error_code: z.string().min(1).max(100).optional().describe("E.g. `upstream_rate_limited`"),
      min_cost_usd: z.coerce.number().min(0).max(1e9).optional().describe("Only what cost this or more"),
      format: formatQuery,
    }),
  },
  responses: { 200: exportableAnswer(pageSchema(requestSchema), "One page"), default: problemAnswer },
});

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
    .openapi(list, async (c) => {
      const { format: asked, limit, cursor, from, to, ...query } = c.req.valid("query");
      const { error_code: errorCode, min_cost_usd: minCost, ...filter } = query;
      const input = {
        orgId: c.get("orgId"),
        from,
        to,
        filter: { ...toUsageFilter(filter), errorCode, minCost },
      };
      const format = exportFormatOf(asked, c.req.header("accept"));
      if (format === undefined) {
        return c.json(
          toPage(await listRequests(c.get("services"), { ...input, limit, cursor }), toRequest),
          200,
        );
      }
      refuseCuts({ limit, cursor });
      const pages = requestPages(exportRequests(c.get("services"), input));
      return exportAnswer({ format, name: "requests", columns: columnsOf(requestSchema), pages });
    })
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

async function* requestPages(pages: AsyncIterable<readonly UsageRecord[]>) {
  for await (const page of pages) yield page.map(toRequest);
}
