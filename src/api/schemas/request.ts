import { z } from "@hono/zod-openapi";
import type { ContentRecord } from "../../plane/content-record.ts";
import type { AttemptRecord, UsageRecord } from "../../plane/usage-record.ts";
import { timeSchema, toTime } from "./common.ts";

const tokens = z.int().min(0);

const attemptSchema = z.object({
  provider_id: z.string(),
  provider: z.string(),
  model: z.string(),
  outcome: z.enum(["completed", "failed", "cancelled"]),
  error_code: z.string().nullable(),
  status: z.int().nullable().describe("Of the vendor's answer"),
  us: z.number().describe("Microseconds to its first byte of content, or to its end"),
  cost_usd: z
    .number()
    .nullable()
    .describe("Of one that did not answer but is known or estimated to have cost"),
});

export const requestSchema = z
  .object({
    id: z.string(),
    key_id: z.string(),
    provider_id: z.string().nullable(),
    provider: z.string().nullable(),
    requested_model: z.string(),
    model: z.string().nullable().describe("The id the vendor was asked for"),
    surface: z.string(),
    protocol: z.string().nullable(),
    stream: z.boolean(),
    passthrough: z.boolean(),
    outcome: z.enum(["completed", "failed", "client_disconnected"]),
    status: z.int(),
    error_code: z.string().nullable(),
    usage: z
      .object({
        input: tokens,
        cache_read: tokens,
        cache_write_5m: tokens,
        cache_write_1h: tokens,
        output: tokens,
        reasoning: tokens.describe("The share of `output` that was reasoning"),
        estimated: z.boolean(),
      })
      .describe("Tokens in buckets that never overlap"),
    cost_usd: z.number().nullable().describe("Null: the model has no price"),
    cost_source: z.enum(["reported", "computed", "listed", "none"]),
    reported_cost_usd: z.number().nullable().describe("What the vendor says, where it does"),
    computed_cost_usd: z
      .number()
      .nullable()
      .describe("By the model's prices, also where the vendor says its own"),
    price_version: z.string().nullable().describe("The prices it was computed by"),
    service_tier: z.string().nullable().describe("The vendor's tier that served it, in the vendor's word"),
    route: z.string().nullable(),
    agent: z.string().nullable(),
    agent_role: z.string().nullable(),
    attempts: z.array(attemptSchema).nullable().describe("Calls of vendors, in the order they began"),
    losses: z.string(),
    started_at: timeSchema,
    timing_us: z
      .object({
        before: z.number(),
        upstream_first_byte: z.number(),
        first_byte: z.number(),
        total: z.number(),
      })
      .describe("Microseconds"),
  })
  .openapi("Request");

function toAttempt(attempt: AttemptRecord): z.infer<typeof attemptSchema> {
  return {
    provider_id: attempt.providerId,
    provider: attempt.provider,
    model: attempt.model,
    outcome: attempt.outcome,
    error_code: attempt.errorCode ?? null,
    status: attempt.status ?? null,
    us: attempt.us,
    cost_usd: attempt.costUsd ?? null,
  };
}

/** A row of the ledger as the API writes it. */
export function toRequest(record: UsageRecord): z.infer<typeof requestSchema> {
  const { usage, timing } = record;
  return {
    id: record.requestId,
    key_id: record.keyId,
    provider_id: record.providerId ?? null,
    provider: record.providerName ?? null,
    requested_model: record.requestedModel,
    model: record.wireModel ?? null,
    surface: record.surface,
    protocol: record.protocol ?? null,
    stream: record.stream,
    passthrough: record.passthrough,
    outcome: record.outcome,
    status: record.status,
    error_code: record.errorCode ?? null,
    usage: {
      input: usage.input,
      cache_read: usage.cacheRead,
      cache_write_5m: usage.cacheWrite5m,
      cache_write_1h: usage.cacheWrite1h,
      output: usage.output,
      reasoning: usage.reasoning,
      estimated: record.usageEstimated,
    },
    cost_usd: record.costUsd ?? null,
    cost_source: record.costSource,
    reported_cost_usd: usage.reportedCostUsd ?? null,
    computed_cost_usd: record.computedCostUsd ?? null,
    price_version: record.priceVersion ?? null,
    service_tier: record.serviceTier ?? null,
    route: record.route ?? null,
    agent: record.agent ?? null,
    agent_role: record.agentRole ?? null,
    attempts: record.attempts?.map(toAttempt) ?? null,
    losses: record.losses,
    started_at: toTime(record.startedAt),
    timing_us: {
      before: timing.before,
      upstream_first_byte: timing.upstreamFirstByte,
      first_byte: timing.firstByte,
      total: timing.total,
    },
  };
}

/** For clients of the API. */
export type RequestBody = z.infer<typeof requestSchema>;

export const requestContentSchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    expires_at: timeSchema.describe("When it is forgotten"),
    request: z.string().describe("The client's body"),
    response: z.string().nullable().describe("The answer's body; of a stream, all its events"),
    truncated: z.boolean().describe("One of them was longer than 256 KiB"),
  })
  .openapi("RequestContent");

/** What was kept of a request as the API writes it. */
export function toRequestContent(record: ContentRecord): z.infer<typeof requestContentSchema> {
  return {
    id: record.requestId,
    at: toTime(record.at),
    expires_at: toTime(record.expiresAt),
    request: record.request,
    response: record.response ?? null,
    truncated: record.truncated,
  };
}
