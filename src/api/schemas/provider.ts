import { z } from "@hono/zod-openapi";
import { allowedActions } from "../../services/allowed-actions.ts";
import type { CheckResult } from "../../services/providers/provider-input.ts";
import type { ProviderView } from "../../services/providers/provider-view.ts";
import type { ServiceContext } from "../../services/service-context.ts";
import { allowedActionsSchema } from "./allowed-actions.ts";
import { originSchema, timeSchema, toOptionalTime, toTime } from "./common.ts";

const optionValue = z.union([z.string().max(4096), z.number(), z.boolean()]);

const configuredSchema = z.object({
  configured: z.literal(true),
  fingerprint: z.string().describe("Tells two values apart, reveals none"),
  set_at: timeSchema.nullable(),
  set_by: z.string().nullable(),
});

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    driver: z.string(),
    base_url: z.string(),
    options: z.record(z.string(), optionValue),
    credentials: z
      .record(z.string(), configuredSchema)
      .describe("Only the fields that are set; never a value"),
    headers: z
      .record(z.string(), configuredSchema)
      .describe("Headers that calls carry besides the driver's own; never a value"),
    timeouts: z.object({
      first_byte_seconds: z.number().nullable(),
      idle_seconds: z.number().nullable(),
      connect_seconds: z.number().nullable(),
    }),
    enabled: z.boolean(),
    priority: z.int().describe("Lower is tried first"),
    quota_group: z
      .string()
      .nullable()
      .describe("Providers with the same word share a quota at their vendor: what exhausts one rests all"),
    status: z.enum(["pending", "available", "unavailable", "failed"]),
    status_reason: z
      .enum(["unreachable", "credential_rejected", "misconfigured", "unverifiable", "not_validated"])
      .nullable(),
    status_message: z.string().nullable(),
    status_since: timeSchema.nullable(),
    checked_at: timeSchema.nullable().describe("The last probe, or the last call that told as much"),
    latency_ms: z.number().nullable().describe("Of the last probe"),
    failures: z.int().describe("Probes and calls in a row that failed"),
    last_error: z.string().nullable(),
    last_error_at: timeSchema.nullable(),
    next_probe_at: timeSchema.nullable().describe("Null: it is not probed by itself"),
    discovered_at: timeSchema.nullable().describe("The last discovery that went well"),
    next_discovery_at: timeSchema.nullable().describe("Null: not until it is asked for"),
    models_reviewed_at: timeSchema.nullable(),
    models: z.object({
      total: z.int(),
      enabled: z.int(),
      stale: z.int().describe("No longer at the vendor"),
      new: z.int().describe("Discovered since the last review, still disabled"),
    }),
    origin: originSchema,
    allowed_actions: allowedActionsSchema("provider"),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .openapi("Provider");

/** A provider as the API writes it. */
export function toProvider(view: ProviderView, ctx: ServiceContext): z.infer<typeof providerSchema> {
  return {
    id: view.id,
    name: view.name,
    driver: view.driver,
    base_url: view.baseUrl,
    options: { ...view.options },
    credentials: toConfigured(view.credentials),
    headers: toConfigured(view.headers),
    timeouts: {
      first_byte_seconds: toSeconds(view.timeouts.firstByteMs),
      idle_seconds: toSeconds(view.timeouts.idleMs),
      connect_seconds: toSeconds(view.timeouts.connectMs),
    },
    enabled: view.enabled,
    priority: view.priority,
    quota_group: view.quotaGroup ?? null,
    status: view.status,
    status_reason: view.reason ?? null,
    status_message: view.message ?? null,
    checked_at: toOptionalTime(view.checkedAt),
    latency_ms: view.latencyMs ?? null,
    status_since: toOptionalTime(view.statusSince),
    failures: view.failures,
    last_error: view.lastError ?? null,
    last_error_at: toOptionalTime(view.lastErrorAt),
    next_probe_at: toOptionalTime(view.nextProbeAt),
    discovered_at: toOptionalTime(view.discoveredAt),
    next_discovery_at: toOptionalTime(view.nextDiscoveryAt),
    models_reviewed_at: toOptionalTime(view.reviewedAt),
    models: { ...view.models },
    origin: view.origin,
    allowed_actions: allowedActions(ctx, "provider", view),
    created_at: toTime(view.createdAt),
    updated_at: toTime(view.updatedAt),
  };
}

function toConfigured(fields: ProviderView["credentials"]): Record<string, z.infer<typeof configuredSchema>> {
  const entries = Object.entries(fields).map(([field, { configured, fingerprint, setAt, setBy }]) => {
    const shown = { configured, fingerprint, set_at: toOptionalTime(setAt), set_by: setBy ?? null };
    return [field, shown] as const;
  });
  return Object.fromEntries(entries);
}

/** Milliseconds as the API writes them. */
export function toSeconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}

const name = z.string().max(200).describe("Unique in the organization without case");
const credentials = z
  .record(z.string().max(100), z.string().max(16_384).nullable())
  .describe("Fields of the driver's credential form; omitted keeps, null clears");
const headers = z
  .record(z.string().max(100), z.string().max(2048).nullable())
  .describe("Headers that calls carry besides the driver's own, 16 at most; omitted keeps, null removes");
const seconds = z.int().min(1).max(3600).nullable().optional();
export const timeoutsSchema = z
  .strictObject({ first_byte_seconds: seconds, idle_seconds: seconds })
  .describe("How long the vendor may be silent; null goes back to the server's setting");
const providerTimeoutsSchema = timeoutsSchema
  .extend({ connect_seconds: z.int().min(1).max(120).nullable().optional() })
  .describe(
    "How long the vendor may be silent, and a new connection take; null goes back to the server's setting",
  );
const options = z
  .record(z.string().max(100), optionValue.nullable())
  .describe("Fields of the driver's option form; null goes back to the default");
const settings = {
  base_url: z.string().max(2048).nullable().optional().describe("Omitted or null: the driver's default"),
  credentials: credentials.optional(),
  headers: headers.optional(),
  options: options.optional(),
};
const extras = {
  enabled: z.boolean().optional(),
  priority: z.int().min(0).max(1_000_000).optional(),
  quota_group: z.string().max(100).nullable().optional().describe("Null: it shares its quota with none"),
  timeouts: providerTimeoutsSchema.optional(),
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
export function fromProviderBody<
  Body extends {
    base_url?: string | null | undefined;
    quota_group?: string | null | undefined;
    timeouts?: ProviderTimeouts;
  },
>(body: Body) {
  const { base_url: baseUrl, quota_group: quotaGroup, timeouts: sent, ...rest } = body;
  return {
    ...rest,
    baseUrl,
    ...(quotaGroup !== undefined && { quotaGroup }),
    ...(sent !== undefined && {
      timeouts: { ...fromTimeouts(sent), connectMs: toMs(sent.connect_seconds) },
    }),
  };
}

type ProviderTimeouts = z.infer<typeof providerTimeoutsSchema> | undefined;

/** Seconds as the services take them: milliseconds. */
export function fromTimeouts(sent: z.infer<typeof timeoutsSchema>) {
  return { firstByteMs: toMs(sent.first_byte_seconds), idleMs: toMs(sent.idle_seconds) };
}

function toMs(seconds: number | null | undefined): number | null | undefined {
  return typeof seconds === "number" ? seconds * 1000 : seconds;
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
