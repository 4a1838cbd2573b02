import type { ProviderStatus } from "../../plane/snapshot.ts";
import { fromJson, toNull, toOptional } from "../columns.ts";
import { toOrigin } from "../records/origin.ts";
import type { ProviderHealth, ProviderRecord, StatusReason } from "../records/provider-record.ts";
import type { Row } from "../schema.ts";

export function toProvider(row: Row<"providers">): ProviderRecord {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    driver: row.driver,
    baseUrl: row.base_url,
    options: fromJson(row.options),
    enabled: row.enabled === 1,
    priority: row.priority,
    health: {
      // Only this repository writes these two columns, from the same types.
      status: row.status as ProviderStatus,
      reason: toOptional(row.status_reason as StatusReason | null),
      message: toOptional(row.status_message),
      checkedAt: toOptional(row.checked_at),
      latencyMs: toOptional(row.latency_ms),
      lastError: toOptional(row.last_error),
    },
    origin: toOrigin(row.origin),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function fromHealth(health: ProviderHealth) {
  return {
    status: health.status,
    status_reason: toNull(health.reason),
    status_message: toNull(health.message),
    checked_at: toNull(health.checkedAt),
    latency_ms: toNull(health.latencyMs),
    last_error: toNull(health.lastError),
  };
}
