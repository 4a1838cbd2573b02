import { z } from "@hono/zod-openapi";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { LimitView, LimitWithLevels } from "../../services/limits/limit-view.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";

const slug = z.string().min(1).max(100);

const subject = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("org") }),
    z.strictObject({ kind: z.literal("provider"), id: z.string().max(100) }),
    z.strictObject({ kind: z.literal("key"), id: z.string().max(100) }),
    z.strictObject({ kind: z.literal("agent"), agent: slug }),
    z.strictObject({ kind: z.literal("agent_role"), agent: slug, role: slug }),
  ])
  .openapi("LimitSubject");

const nullable = {
  requests_per_minute: z.int().min(1).max(1_000_000_000).nullable(),
  tokens_per_minute: z.int().min(1).max(1_000_000_000).nullable().describe("Input and output together"),
  concurrency: z.int().min(1).max(1_000_000_000).nullable().describe("Calls at once"),
  day_usd: z.number().min(0).max(1_000_000_000).nullable().describe("Budget of a calendar day, UTC"),
  month_usd: z.number().min(0).max(1_000_000_000).nullable().describe("Budget of a calendar month, UTC"),
};

const allowUnpriced = z
  .boolean()
  .describe("Let models without a price run although there is a budget; they count as 0");

export const limitSchema = z
  .object({
    id: z.string(),
    subject,
    subject_name: z.string().nullable().describe("Of its provider or key; null for others"),
    ...nullable,
    allow_unpriced: allowUnpriced,
    origin: originSchema,
    allowed_actions: allowedActionsSchema("limit"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Limit");

const level = z
  .object({
    measure: z.enum(["requests_per_minute", "tokens_per_minute", "concurrency", "day_usd", "month_usd"]),
    limit: z.number(),
    used: z.number().describe("With what is held for calls under way"),
    remaining: z.number(),
    resets_at: timeSchema.nullable().describe("When all is there again; null: now, or when those calls end"),
  })
  .openapi("LimitLevel");

export const limitWithLevelsSchema = limitSchema
  .extend({
    levels: z.array(level).nullable().describe("How full it is; null where this process does not know"),
  })
  .openapi("LimitWithLevels");

const settings = {
  requests_per_minute: nullable.requests_per_minute.optional(),
  tokens_per_minute: nullable.tokens_per_minute.optional(),
  concurrency: nullable.concurrency.optional(),
  day_usd: nullable.day_usd.optional(),
  month_usd: nullable.month_usd.optional(),
  allow_unpriced: allowUnpriced.optional(),
};

export const createLimitSchema = z.strictObject({ subject, ...settings }).openapi("LimitCreate");
export const updateLimitSchema = z.strictObject(settings).openapi("LimitUpdate");

/** Which subjects a list is about. */
export const subjectKindQuery = z.enum(["org", "provider", "key", "agent", "agent_role"]).optional();

/** A limit as the API writes it. */
export function toLimit(view: LimitView, ctx: ServiceContext): z.infer<typeof limitSchema> {
  return {
    id: view.id,
    subject: view.subject,
    subject_name: view.subjectName ?? null,
    requests_per_minute: view.requestsPerMinute ?? null,
    tokens_per_minute: view.tokensPerMinute ?? null,
    concurrency: view.concurrency ?? null,
    day_usd: view.dayUsd ?? null,
    month_usd: view.monthUsd ?? null,
    allow_unpriced: view.allowUnpriced,
    origin: view.origin,
    allowed_actions: allowedActions(ctx, "limit", view),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

/** The same with how full it is. */
export function toLimitWithLevels(
  view: LimitWithLevels,
  ctx: ServiceContext,
): z.infer<typeof limitWithLevelsSchema> {
  const levels = view.levels?.map(({ resetsAt, ...rest }) => ({
    ...rest,
    resets_at: toOptionalTime(resetsAt),
  }));
  return { ...toLimit(view, ctx), levels: levels ?? null };
}

/** The body's fields under the services' names. */
export function fromLimitBody(body: z.infer<typeof updateLimitSchema>) {
  return {
    requestsPerMinute: body.requests_per_minute,
    tokensPerMinute: body.tokens_per_minute,
    concurrency: body.concurrency,
    dayUsd: body.day_usd,
    monthUsd: body.month_usd,
    allowUnpriced: body.allow_unpriced,
  };
}

/** For clients of the API. */
export type LimitBody = z.infer<typeof limitSchema>;
export type LimitWithLevelsBody = z.infer<typeof limitWithLevelsSchema>;
