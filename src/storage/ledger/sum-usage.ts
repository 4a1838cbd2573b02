import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../schema.ts";
import type { LedgerDialect } from "./ledger-dialect.ts";
import { hourMs } from "./rollup-columns.ts";
import type { GroupCell, UsageDimension, UsageQuery, UsageSums } from "./usage-query.ts";

const sums: Readonly<Record<SumName, string>> = {
  requests: "requests",
  completed: "case when outcome = 'completed' then requests else 0 end",
  failed: "case when outcome = 'failed' then requests else 0 end",
  disconnected: "case when outcome = 'client_disconnected' then requests else 0 end",
  estimatedRequests: "estimated_requests",
  unpricedRequests: "unpriced_requests",
  input: "input_tokens",
  cacheRead: "cache_read_tokens",
  cacheWrite5m: "cache_write_5m_tokens",
  cacheWrite1h: "cache_write_1h_tokens",
  output: "output_tokens",
  reasoning: "reasoning_tokens",
  audioInput: "audio_input_tokens",
  audioOutput: "audio_output_tokens",
  completedFirstByteUs: "case when outcome = 'completed' then first_byte_us else 0 end",
  completedTotalUs: "case when outcome = 'completed' then total_us else 0 end",
  comparedRequests: "compared_requests",
};

const costs: Readonly<Record<CostName, string>> = {
  costReportedUsd: "cost_reported_usd",
  costComputedUsd: "cost_computed_usd",
  costListedUsd: "cost_listed_usd",
  costEstimatedUsd: "cost_estimated_usd",
};

/** Amounts that are no cost of their own. */
const compared: Readonly<Record<ComparedName, string>> = {
  comparedReportedUsd: "compared_reported_usd",
  comparedComputedUsd: "compared_computed_usd",
};

type CostName = "costReportedUsd" | "costComputedUsd" | "costListedUsd" | "costEstimatedUsd";
type ComparedName = "comparedReportedUsd" | "comparedComputedUsd";
type SumName = Exclude<
  keyof UsageSums,
  CostName | ComparedName | "group" | "sortValue" | "providerName" | "keyName"
>;

/** Millionths of a dollar: a whole number is the same on every page, whatever order it was added up in. */
const sortValues = {
  requests: "cast(coalesce(sum(requests), 0) as bigint)",
  cost_usd: `cast(round(coalesce(sum(${Object.values(costs).join(" + ")}), 0) * 1000000) as bigint)`,
};

/** Sums of the org's usage, from rollups alone: what it costs depends on hours, keys and models, not on requests. */
export async function sumUsage(
  db: Kysely<Schema>,
  query: UsageQuery,
  dialect: LedgerDialect,
): Promise<UsageSums[]> {
  const expressions = query.groupBy.map((dimension) => expressionOf(dimension, dialect));
  const by = query.sort.by === "group" ? undefined : sortValues[query.sort.by];
  const order = [...(by === undefined ? [] : [by]), ...expressions];
  const columns = [
    ...expressions.map((expression, at) => `${expression} as g${at}`),
    ...(by === undefined ? [] : [`${by} as sort_value`]),
    ...(query.groupBy.includes("provider") ? ["max(provider_name) as last_provider_name"] : []),
    ...Object.entries(sums).map(([name, of]) => `cast(coalesce(sum(${of}), 0) as bigint) as "${name}"`),
    ...Object.entries({ ...costs, ...compared }).map(([name, of]) => `coalesce(sum(${of}), 0) as "${name}"`),
  ];
  const { rows } = await sql<UsageRow>`
    select ${sql.raw(columns.join(", "))} from usage_rollups
    where ${sql.join(conditions(query), sql` and `)}
    ${expressions.length === 0 ? sql`` : sql`group by ${sql.raw(expressions.join(", "))}`}
    ${having(query, order)}
    ${order.length === 0 ? sql`` : sql`order by ${sql.raw(ordered(order, query.sort.descending))}`}
    limit ${query.limit}
  `.execute(db);
  const names = await namesOf(db, query, rows);
  return rows.map((row) => toSums(row, query, names));
}

type UsageRow = Readonly<Record<string, GroupCell | null>>;

function expressionOf(dimension: UsageDimension, { inBytes, month }: LedgerDialect): string {
  switch (dimension) {
    case "hour":
      return "hour";
    case "day":
      return `hour - hour % ${24 * hourMs}`;
    case "month":
      return month;
    case "provider":
      return inBytes("provider_id");
    case "key":
      return inBytes("key_id");
    default:
      return inBytes(dimension);
  }
}

function ordered(order: readonly string[], descending: boolean): string {
  return order.map((expression) => (descending ? `${expression} desc` : expression)).join(", ");
}

function conditions({ orgId, from, to, filter }: UsageQuery): RawBuilder<unknown>[] {
  const { key, provider, model, surface, outcome, route, agent, agentRole } = filter;
  return [
    sql`org_id = ${orgId} and hour >= ${from}`,
    ...(to === undefined ? [] : [sql`hour < ${to}`]),
    ...(key === undefined ? [] : [ofKey(orgId, key)]),
    ...(provider === undefined ? [] : [ofProvider(orgId, provider)]),
    ...(model === undefined ? [] : [sql`model = ${model}`]),
    ...(surface === undefined ? [] : [sql`surface = ${surface}`]),
    ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
    ...(route === undefined ? [] : [sql`route = ${route}`]),
    ...(agent === undefined ? [] : [sql`agent = ${agent}`]),
    ...(agentRole === undefined ? [] : [sql`agent_role = ${agentRole}`]),
  ];
}

/** A key by its id, or all that ever had a name. */
export function ofKey(orgId: string, key: string): RawBuilder<unknown> {
  return sql`(key_id = ${key} or key_id in (select id from keys where org_id = ${orgId} and name = ${key}))`;
}

/** A provider by its id or its name, now or when it was called. */
export function ofProvider(orgId: string, provider: string): RawBuilder<unknown> {
  return sql`(provider_id = ${provider} or provider_name = ${provider}
    or provider_id in (select id from providers where org_id = ${orgId} and name = ${provider}))`;
}

function having({ after, sort }: UsageQuery, order: readonly string[]): RawBuilder<unknown> {
  if (after === undefined || order.length === 0) return sql``;
  const cells = [...(after.value === undefined ? [] : [after.value]), ...after.group];
  return sql`having (${sql.raw(order.join(", "))}) ${sql.raw(sort.descending ? "<" : ">")} (${sql.join(cells)})`;
}

type Names = ReadonlyMap<string, string>;

/** Names as they are now; what is gone keeps the last one the ledger knows. */
async function namesOf(
  db: Kysely<Schema>,
  { orgId, groupBy }: UsageQuery,
  rows: readonly UsageRow[],
): Promise<Names> {
  const names = new Map<string, string>();
  for (const [dimension, table] of [
    ["key", "keys"],
    ["provider", "providers"],
  ] as const) {
    const at = groupBy.indexOf(dimension);
    const ids = [...new Set(at < 0 ? [] : rows.map((row) => String(row[`g${at}`])))];
    if (ids.length === 0) continue;
    const found = await db
      .selectFrom(table)
      .select(["id", "name"])
      .where("org_id", "=", orgId)
      .where("id", "in", ids)
      .execute();
    for (const { id, name } of found) names.set(id, name);
  }
  return names;
}

function toSums(row: UsageRow, { groupBy }: UsageQuery, names: Names): UsageSums {
  const cell = (name: string) => row[name] ?? "";
  const group = groupBy.map((_, at) => cell(`g${at}`));
  const nameOf = (dimension: UsageDimension) => names.get(String(group[groupBy.indexOf(dimension)]));
  const sortValue = row.sort_value;
  const amount = (name: SumName | CostName | ComparedName) => Number(cell(name));
  return {
    group,
    sortValue: typeof sortValue === "number" ? sortValue : undefined,
    providerName:
      nameOf("provider") ??
      (cell("last_provider_name") === "" ? undefined : String(cell("last_provider_name"))),
    keyName: nameOf("key"),
    requests: amount("requests"),
    completed: amount("completed"),
    failed: amount("failed"),
    disconnected: amount("disconnected"),
    estimatedRequests: amount("estimatedRequests"),
    unpricedRequests: amount("unpricedRequests"),
    input: amount("input"),
    cacheRead: amount("cacheRead"),
    cacheWrite5m: amount("cacheWrite5m"),
    cacheWrite1h: amount("cacheWrite1h"),
    output: amount("output"),
    reasoning: amount("reasoning"),
    audioInput: amount("audioInput"),
    audioOutput: amount("audioOutput"),
    costReportedUsd: amount("costReportedUsd"),
    costComputedUsd: amount("costComputedUsd"),
    costListedUsd: amount("costListedUsd"),
    costEstimatedUsd: amount("costEstimatedUsd"),
    completedFirstByteUs: amount("completedFirstByteUs"),
    completedTotalUs: amount("completedTotalUs"),
    comparedRequests: amount("comparedRequests"),
    comparedReportedUsd: amount("comparedReportedUsd"),
    comparedComputedUsd: amount("comparedComputedUsd"),
  };
}
