import { createRoute, z } from "@hono/zod-openapi";
import type { ServiceContext } from "../../services/service-context.ts";
import { type ListUsageInput, listUsage } from "../../services/usage/list-usage.ts";
import type { UsageGroup } from "../../services/usage/usage-group.ts";
import { columnsOf } from "../export/columns-of.ts";
import { exportAnswer, refuseCuts } from "../export/export-answer.ts";
import { type ExportFormat, exportableAnswer, exportFormatOf, formatQuery } from "../export/export-format.ts";
import { createRouter } from "../router.ts";
import { pageQuery, problemAnswer } from "../schemas/common.ts";
import {
  isAskedFor,
  spendSchema,
  toSpend,
  toUsage,
  toUsageFilter,
  toUsagePage,
  usagePageSchema,
  usageQuery,
  usageSchema,
} from "../schemas/usage.ts";

const request = { query: z.strictObject({ ...pageQuery, ...usageQuery, format: formatQuery }) };
const description =
  "Sums by any dimensions, also of requests whose rows are gone. What a request used is in them within a second of its end.";

const usage = createRoute({
  method: "get",
  path: "/usage",
  summary: "Requests, tokens and latency",
  description,
  tags: ["usage"],
  request,
  responses: { 200: exportableAnswer(usagePageSchema(usageSchema), "One page"), default: problemAnswer },
});

const spend = createRoute({
  method: "get",
  path: "/spend",
  summary: "What requests cost, and how that is known",
  description,
  tags: ["usage"],
  request,
  responses: { 200: exportableAnswer(usagePageSchema(spendSchema), "One page"), default: problemAnswer },
});

/** Sums over the ledger. */
export function usageRoutes() {
  return createRouter()
    .openapi(usage, async (c) => {
      const { format: asked, ...query } = c.req.valid("query");
      const format = exportFormatOf(asked, c.req.header("accept"));
      const input = toInput(c.get("orgId"), query);
      if (format === undefined)
        return c.json(toUsagePage(await listUsage(c.get("services"), input), toUsage), 200);
      return exportGroups(c.get("services"), input, {
        format,
        name: "usage",
        schema: usageSchema,
        toItem: toUsage,
      });
    })
    .openapi(spend, async (c) => {
      const { format: asked, ...query } = c.req.valid("query");
      const format = exportFormatOf(asked, c.req.header("accept"));
      const input = toInput(c.get("orgId"), query);
      if (format === undefined)
        return c.json(toUsagePage(await listUsage(c.get("services"), input), toSpend), 200);
      return exportGroups(c.get("services"), input, {
        format,
        name: "spend",
        schema: spendSchema,
        toItem: toSpend,
      });
    });
}

type Query = z.infer<typeof request.query>;

function toInput(orgId: string, query: Omit<Query, "format">): ListUsageInput {
  const { group_by: groupBy, interval, from, to, sort, limit, cursor, ...filter } = query;
  return { orgId, groupBy, interval, from, to, sort, limit, cursor, filter: toUsageFilter(filter) };
}

async function exportGroups(
  services: ServiceContext,
  input: ListUsageInput,
  table: {
    readonly format: ExportFormat;
    readonly name: string;
    readonly schema: z.ZodObject;
    readonly toItem: (group: UsageGroup) => Readonly<Record<string, unknown>>;
  },
): Promise<Response> {
  refuseCuts(input);
  const { groupBy = [], interval } = input;
  const dimensions = interval === undefined ? groupBy : [interval, ...groupBy];
  return exportAnswer({
    ...table,
    columns: columnsOf(table.schema).filter((column) => isAskedFor(column, dimensions)),
    pages: groupPages(services, input, table.toItem),
  });
}

async function* groupPages<Item>(
  services: ServiceContext,
  input: ListUsageInput,
  toItem: (group: UsageGroup) => Item,
): AsyncGenerator<readonly Item[]> {
  let cursor: string | undefined;
  do {
    const page = await listUsage(services, { ...input, limit: 1000, cursor });
    yield page.data.map(toItem);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
