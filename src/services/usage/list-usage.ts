import { z } from "zod";
import type { UsageDimension, UsageFilter, UsageQuery } from "../../storage/ledger/usage-query.ts";
import { requireViewer } from "../access.ts";
import type { Page } from "../page.ts";
import { parseInput, unprocessable } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { decodeGroupCursor, encodeGroupCursor } from "./group-cursor.ts";
import { isTime, toUsageGroup, type UsageGroup } from "./usage-group.ts";
import { usageInterval } from "./usage-interval.ts";

export interface ListUsageInput {
  readonly orgId: string;
  /** At most one of hour, day and month; none at all: one sum over everything. */
  readonly groupBy?: readonly UsageDimension[] | undefined;
  /** The same as that dimension in `groupBy`, first. */
  readonly interval?: "hour" | "day" | "month" | undefined;
  /** Milliseconds since the epoch; the beginning of the month (UTC) unless told. */
  readonly from?: number | undefined;
  /** Exclusive; no end unless told. */
  readonly to?: number | undefined;
  readonly filter?: UsageFilter | undefined;
  /** Groups are in their own order unless told. */
  readonly sort?: UsageSort | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export const usageSorts = ["group", "-group", "cost_usd", "-cost_usd", "requests", "-requests"] as const;
export type UsageSort = (typeof usageSorts)[number];

export interface UsagePage extends Page<UsageGroup> {
  /** What was summed up, in whole hours. */
  readonly from: number;
  readonly to: number | undefined;
}

const schema = z.object({ limit: z.int().min(1).max(1000).default(100) });

/** What the org's requests used and cost, by any dimensions, from rollups alone. */
export async function listUsage(ctx: ServiceContext, input: ListUsageInput): Promise<UsagePage> {
  const { orgId, filter = {}, sort = "group", cursor } = input;
  requireViewer(ctx, orgId);
  const { limit } = parseInput(schema, { limit: input.limit });
  const order = { groupBy: groupsOf(input), sort: sortOf(sort) };
  const interval = usageInterval(input, ctx.now());
  const rows = await ctx.storage.ledger.sum({
    ...{ orgId, filter, ...order, ...interval },
    after: cursor === undefined ? undefined : decodeGroupCursor(cursor, order),
    limit: limit + 1,
  });
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return {
    data: data.map((sums) => toUsageGroup(sums, order.groupBy)),
    nextCursor: last && encodeGroupCursor(last, order),
    ...interval,
  };
}

function groupsOf({ groupBy = [], interval }: ListUsageInput): readonly UsageDimension[] {
  const asked = interval === undefined ? groupBy : [interval, ...groupBy];
  const groups = [...new Set(asked)];
  if (groups.filter(isTime).length <= 1) return groups;
  throw unprocessable([
    { path: "?group_by", message: "can have one of hour, day and month only, interval included" },
  ]);
}

function sortOf(sort: UsageSort): UsageQuery["sort"] {
  const descending = sort.startsWith("-");
  const by = descending ? sort.slice(1) : sort;
  return { by: by === "cost_usd" || by === "requests" ? by : "group", descending };
}
