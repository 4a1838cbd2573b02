import type { ProviderStatus } from "../../plane/snapshot.ts";
import { fromJson, toNull, toOptional } from "../columns.ts";
import { toOrigin } from "../records/origin.ts";
import type {
  ProviderHealth,
  ProviderRecord,
  ProviderSchedule,
  StatusReason,
} from "../records/provider-record.ts";
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
    quotaGroup: toOptional(row.quota_group),
    health: {
      // Only this repository writes these two columns, from the same types.
      status: row.status as ProviderStatus,
      reason: toOptional(row.status_reason as StatusReason | null),
      message: toOptional(row.status_message),
      checkedAt: toOptional(row.checked_at),
      latencyMs: toOptional(row.latency_ms),
      lastError: toOptional(row.last_error),
      lastErrorAt: toOptional(row.last_error_at),
      statusSince: toOptional(row.status_since),
      failures: row.failures,
    },
    schedule: {
      nextProbeAt: toOptional(row.next_probe_at),
      nextDiscoveryAt: toOptional(row.next_discovery_at),
      discoveredAt: toOptional(row.discovered_at),
      reviewedAt: toOptional(row.models_reviewed_at),
    },
    timeouts: fromJson(row.timeouts),
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
    last_error_at: toNull(health.lastErrorAt),
    status_since: toNull(health.statusSince),
    failures: health.failures,
  };
}

/** Only the columns that the schedule names. */
export function fromSchedule(schedule: Partial<ProviderSchedule>) {
  return {
    ...("nextProbeAt" in schedule && { next_probe_at: toNull(schedule.nextProbeAt) }),
    ...("nextDiscoveryAt" in schedule && { next_discovery_at: toNull(schedule.nextDiscoveryAt) }),
    ...("discoveredAt" in schedule && { discovered_at: toNull(schedule.discoveredAt) }),
    ...("reviewedAt" in schedule && { models_reviewed_at: toNull(schedule.reviewedAt) }),
  };
}
