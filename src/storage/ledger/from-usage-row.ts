import type { UsageRecord } from "../../plane/usage-record.ts";
import { fromJson, toOptional } from "../columns.ts";
import type { Row } from "../schema.ts";

export function fromUsageRow(row: Row<"usage_records">): UsageRecord {
  return {
    requestId: row.request_id,
    orgId: row.org_id,
    keyId: row.key_id,
    providerId: toOptional(row.provider_id),
    providerName: toOptional(row.provider_name),
    requestedModel: row.requested_model,
    wireModel: toOptional(row.wire_model),
    surface: row.surface,
    protocol: toOptional(row.protocol),
    stream: row.stream === 1,
    passthrough: row.passthrough === 1,
    // Only the ledger writes these two columns, from the same types.
    outcome: row.outcome as UsageRecord["outcome"],
    costSource: row.cost_source as UsageRecord["costSource"],
    status: row.status,
    errorCode: toOptional(row.error_code),
    usage: {
      input: row.input_tokens,
      cacheRead: row.cache_read_tokens,
      cacheWrite5m: row.cache_write_5m_tokens,
      cacheWrite1h: row.cache_write_1h_tokens,
      output: row.output_tokens,
      reasoning: row.reasoning_tokens,
      audioInput: row.audio_input_tokens,
      audioOutput: row.audio_output_tokens,
      ...(row.reported_cost_usd === null ? {} : { reportedCostUsd: row.reported_cost_usd }),
      raw: fromJson(row.raw_usage),
    },
    usageEstimated: row.usage_estimated === 1,
    costUsd: toOptional(row.cost_usd),
    computedCostUsd: toOptional(row.computed_cost_usd),
    losses: row.losses,
    route: toOptional(row.route),
    agent: toOptional(row.agent),
    agentRole: toOptional(row.agent_role),
    // Only the ledger writes it, from the same type.
    attempts: row.attempts === null ? undefined : (fromJson(row.attempts) as UsageRecord["attempts"]),
    serviceTier: toOptional(row.service_tier),
    priceVersion: toOptional(row.price_version),
    startedAt: row.started_at,
    timing: {
      before: row.before_us,
      upstreamFirstByte: row.upstream_first_byte_us,
      firstByte: row.first_byte_us,
      total: row.total_us,
    },
  };
}
