import { usageColumns } from "./usage-columns.ts";

/** The hour a record counts for, in milliseconds. */
export const hourMs = 3_600_000;

/** What a batch's records are sorted by when they are rolled up, as expressions on `usage_records`. */
export const rollupKeys = {
  org_id: "org_id",
  hour: `started_at - started_at % ${hourMs}`,
  key_id: "key_id",
  provider_id: "coalesce(provider_id, '')",
  model: "coalesce(wire_model, '')",
  surface: "surface",
  outcome: "outcome",
  route: "coalesce(route, '')",
  agent: "coalesce(agent, '')",
  agent_role: "coalesce(agent_role, '')",
} as const;

const read = "input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens";
/** What the vendor said and what its prices say can be held against each other. */
const compared = "reported_cost_usd is not null and computed_cost_usd is not null and usage_estimated = 0";
const cost = (when: string) => `case when ${when} then coalesce(cost_usd, 0) else 0 end`;

/** What is summed up, as expressions on `usage_records`. The cost of estimated tokens is estimated, whatever the price. */
export const rollupSums = {
  requests: "1",
  estimated_requests: "usage_estimated",
  unpriced_requests: `case when cost_usd is null and ${read} + output_tokens > 0 then 1 else 0 end`,
  input_tokens: "input_tokens",
  cache_read_tokens: "cache_read_tokens",
  cache_write_5m_tokens: "cache_write_5m_tokens",
  cache_write_1h_tokens: "cache_write_1h_tokens",
  output_tokens: "output_tokens",
  reasoning_tokens: "reasoning_tokens",
  audio_input_tokens: "audio_input_tokens",
  audio_output_tokens: "audio_output_tokens",
  before_us: "before_us",
  upstream_first_byte_us: "upstream_first_byte_us",
  first_byte_us: "first_byte_us",
  total_us: "total_us",
  cost_reported_usd: cost("cost_source = 'reported'"),
  cost_computed_usd: cost("cost_source = 'computed' and usage_estimated = 0"),
  cost_listed_usd: cost("cost_source = 'listed' and usage_estimated = 0"),
  cost_estimated_usd: cost("cost_source in ('computed', 'listed') and usage_estimated = 1"),
  compared_requests: `case when ${compared} then 1 else 0 end`,
  compared_reported_usd: `case when ${compared} then reported_cost_usd else 0 end`,
  compared_computed_usd: `case when ${compared} then computed_cost_usd else 0 end`,
} as const;

export type RollupSum = keyof typeof rollupSums;

/** All columns of a rollup in the order both engines insert them. */
export const rollupNames: readonly string[] = [
  ...Object.keys(rollupKeys),
  "provider_name",
  ...Object.keys(rollupSums),
];

const sumNames = Object.keys(rollupSums);

/** How a rollup that is there already takes more in. */
export const addToRollup =
  `on conflict (${Object.keys(rollupKeys).join(", ")}) do update set ` +
  [
    "provider_name = coalesce(excluded.provider_name, usage_rollups.provider_name)",
    ...sumNames.map((name) => `${name} = usage_rollups.${name} + excluded.${name}`),
  ].join(", ");

/** Where a column of `usage_records` stands among the cells of a row. */
export const cellAt: Readonly<Record<string, number>> = Object.fromEntries(
  usageColumns.map(({ name }, at) => [name, at]),
);
