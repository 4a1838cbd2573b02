import { createRoute, z } from "@hono/zod-openapi";
import type { ServiceContext } from "../../services/service-context.ts";
import { rebuildUsage } from "../../services/usage/rebuild-rollups.ts";
import { reconcile } from "../../services/usage/reconcile.ts";
import { columnsOf } from "../export/columns-of.ts";
import { exportAnswer, refuseCuts } from "../export/export-answer.ts";
import { exportableAnswer, exportFormatOf, formatQuery } from "../export/export-format.ts";
import { createRouter } from "../router.ts";
import { jsonAnswer, jsonBody, pageQuery, problemAnswer, toOptionalTime, toTime } from "../schemas/common.ts";
import {
  rebuildSchema,
  rebuiltSchema,
  reconciliationSchema,
  toReconciliation,
} from "../schemas/reconciliation.ts";
import { usageFilterQuery, usagePageSchema, usageQuery } from "../schemas/usage.ts";

const { from, to } = usageQuery;
const { provider, model } = usageFilterQuery;

const list = createRoute({
  method: "get",
  path: "/reconciliation",
  summary: "What vendors say requests cost, beside what their prices say",
  description:
    "By day, provider and model. Costs that vendors report are counted as they are; this shows how far they are off.",
  tags: ["usage"],
  request: { query: z.strictObject({ ...pageQuery, from, to, provider, model, format: formatQuery }) },
  responses: {
    200: exportableAnswer(usagePageSchema(reconciliationSchema), "One page"),
    default: problemAnswer,
  },
});

const rebuild = createRoute({
  method: "post",
  path: "/usage/rebuild",
  summary: "Sum usage up anew from the ledger's rows",
  description: "Hour by hour, while calls go on. Hours whose rows are gone keep their sums.",
  tags: ["usage"],
  request: { query: z.strictObject({}), body: jsonBody(rebuildSchema) },
  responses: { 200: jsonAnswer(rebuiltSchema, "Done"), default: problemAnswer },
});

/** The ledger held against the vendors, and against itself. */
export function reconciliationRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { format: asked, limit, cursor, from: since, to: until, ...filter } = c.req.valid("query");
      const format = exportFormatOf(asked, c.req.header("accept"));
      const input = { orgId: c.get("orgId"), from: since, to: until, filter };
      if (format === undefined) {
        const page = await reconcile(c.get("services"), { ...input, limit, cursor });
        return c.json(
          {
            from: toTime(page.from),
            to: toOptionalTime(page.to),
            data: page.data.map(toReconciliation),
            next_cursor: page.nextCursor ?? null,
          },
          200,
        );
      }
      refuseCuts({ limit, cursor });
      const pages = reconciliationPages(c.get("services"), input);
      return exportAnswer({
        format,
        name: "reconciliation",
        columns: columnsOf(reconciliationSchema),
        pages,
      });
    })
    .openapi(rebuild, async (c) => {
      const { from: since, to: until } = c.req.valid("json");
      const result = await rebuildUsage(c.get("services"), {
        orgId: c.get("orgId"),
        from: since === undefined ? undefined : Date.parse(since),
        to: until === undefined ? undefined : Date.parse(until),
      });
      return c.json(result, 200);
    });
}

async function* reconciliationPages(
  services: ServiceContext,
  input: Parameters<typeof reconcile>[1],
): AsyncGenerator<readonly ReturnType<typeof toReconciliation>[]> {
  let cursor: string | undefined;
  do {
    const page = await reconcile(services, { ...input, limit: 1000, cursor });
    if (page.data.length > 0) yield page.data.map(toReconciliation);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
