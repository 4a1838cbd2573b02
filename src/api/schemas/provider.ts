import { z } from "@hono/zod-openapi";
import type { CheckResult } from "../../services/providers/provider-input.ts";
import type { ProviderView } from "../../services/providers/provider-view.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";

const optionValue = z.union([z.string().max(4096), z.number(), z.boolean()]);

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    driver: z.string(),
    base_url: z.string(),
    options: z.record(z.string(), optionValue),
    credentials: z
      .record(z.string(), z.object({ configured: z.literal(true), fingerprint: z.string() }))
      .describe("Only the fields that are set; never a value"),
    enabled: z.boolean(),
    priority: z.int().describe("Lower is tried first"),
    status: z.enum(["pending", "available", "unavailable", "failed"]),
    status_reason: z.string().nullable(),
    status_message: z.string().nullable(),
    checked_at: timeSchema.nullable(),
    latency_ms: z.number().nullable(),
    last_error: z.string().nullable(),
    models: z.object({ total: z.int(), enabled: z.int() }),
    origin: originSchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Provider");

/** A provider as the API writes it. */
export function toProvider(view: ProviderView): z.infer<typeof providerSchema> {
  const credentials = Object.entries(view.credentials).map(
    ([field, { configured, fingerprint }]) => [field, { configured, fingerprint }] as const,
  );
  return {
    id: view.id,
    name: view.name,
    driver: view.driver,
    base_url: view.baseUrl,
    options: { ...view.options },
    credentials: Object.fromEntries(credentials),
    enabled: view.enabled,
    priority: view.priority,
    status: view.status,
    status_reason: view.reason ?? null,
    status_message: view.message ?? null,
    checked_at: toOptionalTime(view.checkedAt),
    latency_ms: view.latencyMs ?? null,
    last_error: view.lastError ?? null,
    models: { total: view.models.total, enabled: view.models.enabled },
    origin: view.origin,
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

const name = z.string().max(200).describe("Unique in the organization without case");
const credentials = z
  .record(z.string().max(100), z.string().max(16_384).nullable())
  .describe("Fields of the driver's credential form; omitted keeps, null clears");
const options = z
  .record(z.string().max(100), optionValue.nullable())
  .describe("Fields of the driver's option form; null goes back to the default");
const settings = {
  base_url: z.string().max(2048).nullable().optional().describe("Omitted or null: the driver's default"),
  credentials: credentials.optional(),
  options: options.optional(),
};
const extras = {
  enabled: z.boolean().optional(),
  priority: z.int().min(0).max(1_000_000).optional(),
  models: z.array(z.string().min(1).max(300)).max(1000).optional().describe("The vendor's ids to enable"),
};

export const checkProviderSchema = z
  .strictObject({ driver: z.string().max(100), name: name.optional(), ...settings })
  .openapi("ProviderCandidate");
export const upsertProviderSchema = z
  .strictObject({ driver: z.string().max(100), ...settings, ...extras })
  .openapi("ProviderUpsert");
export const createProviderSchema = upsertProviderSchema.extend({ name }).openapi("ProviderCreate");
export const updateProviderSchema = z
  .strictObject({ name: name.optional(), ...settings, ...extras })
  .openapi("ProviderUpdate");

export const checkResultSchema = z
  .object({
    status: z.enum(["valid", "rejected", "unreachable", "unsupported"]),
    models: z.int().nullable().describe("How many models the account may use, where the vendor says so"),
    reason: z.string().nullable(),
    latency_ms: z.number(),
  })
  .openapi("ProviderCheck");

/** What a probe said, as the API writes it. */
export function toCheckResult(result: CheckResult): z.infer<typeof checkResultSchema> {
  return {
    status: result.status,
    models: result.models ?? null,
    reason: result.reason ?? null,
    latency_ms: result.latencyMs,
  };
}

/** The body's fields under the services' names. */
export function fromProviderBody<Body extends { base_url?: string | null | undefined }>(body: Body) {
  const { base_url: baseUrl, ...rest } = body;
  return { ...rest, baseUrl };
}

export const discoverySchema = z
  .object({
    added: z.array(z.string()),
    stale: z.array(z.string()).describe("No longer at the vendor; kept and marked"),
    enabled: z.array(z.string()),
    total: z.int(),
  })
  .openapi("Discovery");

/** For clients of the API. */
export type ProviderBody = z.infer<typeof providerSchema>;
export type ProviderCheckBody = z.infer<typeof checkResultSchema>;
export type DiscoveryBody = z.infer<typeof discoverySchema>;
