import type { UsageRecord } from "../../plane/usage-record.ts";
import type { UsageRecordTable } from "../schema.ts";

/** What a column holds. */
export type Cell = string | number | null;

interface Column {
  readonly name: keyof UsageRecordTable;
  /** PostgreSQL's name of the type. */
  readonly type: "text" | "bigint" | "integer" | "double precision";
  readonly of: (record: UsageRecord) => Cell;
}

/** The ledger's columns, in the order both engines insert them. */
export const usageColumns: readonly Column[] = [
  own("request_id", (record) => record.requestId),
  own("org_id", (record) => record.orgId),
  own("key_id", (record) => record.keyId),
  own("provider_id", (record) => record.providerId),
  own("provider_name", (record) => record.providerName),
  text("requested_model", (record) => record.requestedModel),
  text("wire_model", (record) => record.wireModel),
  own("surface", (record) => record.surface),
  own("protocol", (record) => record.protocol),
  flag("stream", (record) => record.stream),
  flag("passthrough", (record) => record.passthrough),
  own("outcome", (record) => record.outcome),
  { name: "status", type: "integer", of: (record) => whole(record.status) },
  own("error_code", (record) => record.errorCode),
  count("input_tokens", (record) => record.usage.input),
  count("cache_read_tokens", (record) => record.usage.cacheRead),
  count("cache_write_5m_tokens", (record) => record.usage.cacheWrite5m),
  count("cache_write_1h_tokens", (record) => record.usage.cacheWrite1h),
  count("output_tokens", (record) => record.usage.output),
  count("reasoning_tokens", (record) => record.usage.reasoning),
  count("audio_input_tokens", (record) => record.usage.audioInput),
  count("audio_output_tokens", (record) => record.usage.audioOutput),
  money("reported_cost_usd", (record) => record.usage.reportedCostUsd),
  { name: "raw_usage", type: "text", of: (record) => JSON.stringify(record.usage.raw ?? null) },
  flag("usage_estimated", (record) => record.usageEstimated),
  money("cost_usd", (record) => record.costUsd),
  own("cost_source", (record) => record.costSource),
  text("losses", (record) => record.losses),
  count("started_at", (record) => record.startedAt),
  count("before_us", (record) => record.timing.before),
  count("upstream_first_byte_us", (record) => record.timing.upstreamFirstByte),
  count("first_byte_us", (record) => record.timing.firstByte),
  count("total_us", (record) => record.timing.total),
  text("route", (record) => record.route),
  text("agent", (record) => record.agent),
  text("agent_role", (record) => record.agentRole),
  {
    name: "attempts",
    type: "text",
    of: ({ attempts }) => (attempts === undefined ? null : JSON.stringify(attempts)),
  },
  text("service_tier", (record) => record.serviceTier),
  own("price_version", (record) => record.priceVersion),
  money("computed_cost_usd", (record) => record.computedCostUsd),
];

/** Puts a record's cells in the place of those that the row had: many rows need one array. */
export function fillRow(row: Cell[], record: UsageRecord): void {
  // The plain loop: an iterator would make an array a column.
  for (let at = 0; at < usageColumns.length; at++) row[at] = usageColumns[at]?.of(record) ?? null;
}

/** A text of our own making: an id, a name we validated, a word of a fixed list. */
function own(name: keyof UsageRecordTable, of: (record: UsageRecord) => string | undefined): Column {
  return { name, type: "text", of: (record) => of(record) ?? null };
}

/** What PostgreSQL would refuse for one text must not hold up a whole batch: no NUL, no lone surrogates, bounded length. */
function text(name: keyof UsageRecordTable, of: (record: UsageRecord) => string | undefined): Column {
  return {
    name,
    type: "text",
    of: (record) => of(record)?.slice(0, 2000).toWellFormed().replaceAll("\0", "\uFFFD") ?? null,
  };
}

function count(name: keyof UsageRecordTable, of: (record: UsageRecord) => number): Column {
  return { name, type: "bigint", of: (record) => whole(of(record)) };
}

function flag(name: keyof UsageRecordTable, of: (record: UsageRecord) => boolean): Column {
  return { name, type: "integer", of: (record) => (of(record) ? 1 : 0) };
}

function money(name: keyof UsageRecordTable, of: (record: UsageRecord) => number | undefined): Column {
  return {
    name,
    type: "double precision",
    of: (record) => {
      const value = of(record);
      return value !== undefined && Number.isFinite(value) ? value : null;
    },
  };
}

/** Vendors report counts; one that is no number must not stop the ledger. */
function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0;
}
