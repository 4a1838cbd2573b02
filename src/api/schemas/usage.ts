import { z } from "@hono/zod-openapi";
import { type UsagePage, usageSorts } from "../../services/usage/list-usage.ts";
import type { UsageGroup } from "../../services/usage/usage-group.ts";
import { timeSchema, toOptionalTime, toTime } from "./common.ts";

const count = z.int().min(0);
const usd = z.number().min(0);
const milliseconds = z.number().min(0).nullable();
const outcome = z.enum(["completed", "failed", "client_disconnected"]);

const dimensions = {
  start: timeSchema.optional().describe("When the hour, day or month begins (UTC)"),
  provider_id: z.string().nullable().optional().describe("Null: no provider was chosen"),
  provider: z.string().nullable().optional(),
  model: z.string().nullable().optional().describe("The id the vendor was asked for"),
  key_id: z.string().optional(),
  key: z.string().nullable().optional(),
  surface: z.string().optional(),
  outcome: outcome.optional(),
  route: z.string().nullable().optional().describe("Null: the caller named the model"),
  agent: z.string().nullable().optional().describe("Null: the key is no agent's"),
  agent_role: z.string().nullable().optional(),
};

export const usageSchema = z
  .object({
    ...dimensions,
    requests: count,
    completed: count,
    failed: count,
    client_disconnected: count,
    estimated_requests: count.describe("Whose usage the vendor did not report, so that it is an estimate"),
    tokens: z
      .object({
        input: count,
        cache_read: count,
        cache_write_5m: count,
        cache_write_1h: count,
        output: count,
        reasoning: count.describe("The share of `output` that was reasoning"),
        audio_input: count.describe("The share of `input` that was audio"),
        audio_output: count.describe("The share of `output` that was audio"),
      })
      .describe("In buckets that never overlap, but for the shares"),
    cost_usd: usd,
    latency_ms: z
      .object({ first_byte: milliseconds, total: milliseconds })
      .describe("On average over completed requests; null when there was none"),
  })
  .openapi("Usage");

export const spendSchema = z
  .object({
    ...dimensions,
    requests: count,
    cost_usd: usd.describe("All of `cost_by_source`"),
    cost_by_source: z.object({
      reported: usd.describe("What the vendor says"),
      computed: usd.describe("From the catalog's prices and reported usage"),
      listed: usd.describe("From the vendor's own list of prices and reported usage"),
      estimated: usd.describe("From a price and estimated usage"),
    }),
    unpriced_requests: count.describe(
      "That used tokens of a model without a price, so that their cost is unknown",
    ),
  })
  .openapi("Spend");

const names = [
  "hour",
  "day",
  "month",
  "provider",
  "model",
  "key",
  "surface",
  "outcome",
  "route",
  "agent",
  "agent_role",
] as const;
type Name = (typeof names)[number];

const groupBy = z
  .string()
  .max(100)
  .regex(
    new RegExp(`^(${names.join("|")})(,(${names.join("|")}))*$`),
    `must be of ${names.join(", ")}, with commas between`,
  )
  .transform((text) => text.split(",") as Name[])
  .optional()
  .describe(`Of ${names.join(", ")}, with commas between; none: one sum over everything`)
  .openapi({ example: "provider,model" });

const time = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => Date.parse(text))
  .optional();

/** Which requests count. */
export const usageFilterQuery = {
  key: z.string().min(1).max(400).optional().describe("Id or name of the key"),
  provider: z.string().min(1).max(400).optional().describe("Id or name of the provider"),
  model: z.string().min(1).max(400).optional().describe("The id the vendor was asked for"),
  surface: z.string().min(1).max(100).optional().describe("E.g. `openai-chat`"),
  outcome: outcome.optional(),
  route: z.string().min(1).max(400).optional().describe("The route's name at the time"),
  agent: z.string().min(1).max(400).optional().describe("Whose key it was"),
  agent_role: z.string().min(1).max(400).optional(),
};

/** The filter as services take it. */
export function toUsageFilter<T extends { readonly agent_role?: string | undefined }>({
  agent_role: agentRole,
  ...filter
}: T) {
  return { ...filter, agentRole };
}

export const intervalQuery = {
  from: time.describe("This time or later"),
  to: time.describe("Before this time"),
};

/** The query of usage and spend alike. */
export const usageQuery = {
  group_by: groupBy,
  interval: z.enum(["hour", "day", "month"]).optional().describe("The same as the first of `group_by`"),
  from: time.describe("This time or later, by whole hours; the beginning of the month (UTC) by default"),
  to: time.describe("Before this time, by whole hours"),
  ...usageFilterQuery,
  sort: z
    .enum(usageSorts)
    .optional()
    .describe("`group` by default, which is in the order of `group_by`; `-` before it: the other way round"),
};

/** A page that says what it covers. */
export function usagePageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    from: timeSchema,
    to: timeSchema.nullable().describe("Null: no end"),
    data: z.array(item),
    next_cursor: z.string().nullable().describe("Pass it as `cursor`; null on the last page"),
  });
}

export function toUsagePage<Item>(page: UsagePage, toItem: (group: UsageGroup) => Item) {
  return {
    from: toTime(page.from),
    to: toOptionalTime(page.to),
    data: page.data.map(toItem),
    next_cursor: page.nextCursor ?? null,
  };
}

export function toUsage(group: UsageGroup): z.infer<typeof usageSchema> {
  const { sums } = group;
  return {
    ...dimensionsOf(group),
    requests: sums.requests,
    completed: sums.completed,
    failed: sums.failed,
    client_disconnected: sums.disconnected,
    estimated_requests: sums.estimatedRequests,
    tokens: {
      input: sums.input,
      cache_read: sums.cacheRead,
      cache_write_5m: sums.cacheWrite5m,
      cache_write_1h: sums.cacheWrite1h,
      output: sums.output,
      reasoning: sums.reasoning,
      audio_input: sums.audioInput,
      audio_output: sums.audioOutput,
    },
    cost_usd: money(group.costUsd),
    latency_ms: { first_byte: group.firstByteMs ?? null, total: group.totalMs ?? null },
  };
}

export function toSpend(group: UsageGroup): z.infer<typeof spendSchema> {
  const { sums } = group;
  return {
    ...dimensionsOf(group),
    requests: sums.requests,
    cost_usd: money(group.costUsd),
    cost_by_source: {
      reported: money(sums.costReportedUsd),
      computed: money(sums.costComputedUsd),
      listed: money(sums.costListedUsd),
      estimated: money(sums.costEstimatedUsd),
    },
    unpriced_requests: sums.unpricedRequests,
  };
}

/** Fields of the dimensions that were not asked for are not there. */
function dimensionsOf({ by, start, sums }: UsageGroup) {
  return {
    ...(start !== undefined && { start: toTime(start) }),
    ...(by.provider !== undefined && {
      provider_id: by.provider || null,
      provider: sums.providerName ?? null,
    }),
    ...(by.model !== undefined && { model: by.model || null }),
    ...(by.key !== undefined && { key_id: by.key, key: sums.keyName ?? null }),
    ...(by.surface !== undefined && { surface: by.surface }),
    // Only the ledger writes it, from the same words.
    ...(by.route !== undefined && { route: by.route || null }),
    ...(by.agent !== undefined && { agent: by.agent || null }),
    ...(by.agent_role !== undefined && { agent_role: by.agent_role || null }),
    ...(by.outcome !== undefined && { outcome: by.outcome as z.infer<typeof outcome> }),
  };
}

/** The columns of a table by these dimensions: those of others are left out. */
export function isAskedFor(column: string, groupBy: readonly Name[]): boolean {
  if (!(column in dimensions)) return true;
  if (column === "start") return groupBy.some((name) => ["hour", "day", "month"].includes(name));
  return groupBy.some((name) => column === name || column === `${name}_id`);
}

/** Without the dust that adding up binary fractions leaves: to a millionth of a millionth of a dollar. */
function money(usd: number): number {
  return Number(usd.toFixed(12));
}

/** For clients of the API. */
export type UsageBody = z.infer<typeof usageSchema>;
export type SpendBody = z.infer<typeof spendSchema>;
