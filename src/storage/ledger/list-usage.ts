import { type Kysely, type RawBuilder, sql } from "kysely";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { Schema } from "../schema.ts";
import { fromUsageRow } from "./from-usage-row.ts";
import { ofKey, ofProvider } from "./sum-usage.ts";
import type { UsageFilter } from "./usage-query.ts";

/** Where a walk through the ledger, newest first, has come to; the record itself is behind it. */
export interface LedgerPosition {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly requestId: string;
}

export interface UsageListQuery {
  readonly orgId: string;
  readonly filter: UsageFilter & {
    readonly status?: number | undefined;
    readonly errorCode?: string | undefined;
    /** USD. */
    readonly minCost?: number | undefined;
  };
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number | undefined;
  /** Exclusive. */
  readonly to: number | undefined;
  readonly after: LedgerPosition | undefined;
  readonly limit: number;
}

export interface UsageList {
  readonly records: readonly UsageRecord[];
  /** Where to go on; undefined: there is no more. */
  readonly next: LedgerPosition | undefined;
}

/** Rows a statement looks at: on the embedded engine it holds up everything else meanwhile. */
const rowsAStatement = 5_000;
/** Statements a page may take: a filter that fits little answers with a short page, not after minutes. */
const statementsAPage = 100;

/** The org's records, newest first. A page may be short, or empty, although there is more: `next` alone says so. */
export async function listUsage(db: Kysely<Schema>, query: UsageListQuery): Promise<UsageList> {
  const records: UsageRecord[] = [];
  const conditions = fits(query);
  let after = query.after;
  for (let statement = 0; statement < statementsAPage; statement++) {
    const bound = conditions.length === 0 ? undefined : await boundOf(db, query, after);
    const limit = query.limit - records.length;
    const rows = await db
      .selectFrom("usage_records")
      .selectAll()
      .where(sql<boolean>`${sql.join([...window(query, after), ...conditions], sql` and `)}`)
      .$if(bound !== undefined, (select) => select.where("started_at", ">=", bound ?? 0))
      .orderBy("started_at", "desc")
      .orderBy("request_id", "desc")
      .limit(limit + 1)
      .execute();
    records.push(...rows.slice(0, limit).map(fromUsageRow));
    if (rows.length > limit) return { records, next: positionOf(records.at(-1)) };
    if (bound === undefined) return { records, next: undefined };
    // Everything from the bound on has been seen, and no id is less than none.
    after = { startedAt: bound, requestId: "" };
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { records, next: after };
}

/** The time down to which one statement looks; undefined: to the end. */
async function boundOf(
  db: Kysely<Schema>,
  query: UsageListQuery,
  after: LedgerPosition | undefined,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("usage_records")
    .select("started_at")
    .where(sql<boolean>`${sql.join(window(query, after), sql` and `)}`)
    .orderBy("started_at", "desc")
    .limit(1)
    .offset(rowsAStatement)
    .executeTakeFirst();
  return row?.started_at;
}

function window(
  { orgId, from, to }: UsageListQuery,
  after: LedgerPosition | undefined,
): RawBuilder<unknown>[] {
  return [
    sql`org_id = ${orgId}`,
    ...(from === undefined ? [] : [sql`started_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`started_at < ${to}`]),
    ...(after === undefined
      ? []
      : [
          after.requestId === ""
            ? sql`started_at < ${after.startedAt}`
            : sql`started_at <= ${after.startedAt} and (started_at, request_id) < (${after.startedAt}, ${after.requestId})`,
        ]),
  ];
}

function fits({ orgId, filter }: UsageListQuery): RawBuilder<unknown>[] {
  const { key, provider, model, surface, outcome, status, errorCode, minCost } = filter;
  const { route, agent, agentRole } = filter;
  return [
    ...(key === undefined ? [] : [ofKey(orgId, key)]),
    ...(provider === undefined ? [] : [ofProvider(orgId, provider)]),
    ...(model === undefined ? [] : [sql`wire_model = ${model}`]),
    ...(surface === undefined ? [] : [sql`surface = ${surface}`]),
    ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
    ...(route === undefined ? [] : [sql`route = ${route}`]),
    ...(agent === undefined ? [] : [sql`agent = ${agent}`]),
    ...(agentRole === undefined ? [] : [sql`agent_role = ${agentRole}`]),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(errorCode === undefined ? [] : [sql`error_code = ${errorCode}`]),
    ...(minCost === undefined ? [] : [sql`cost_usd >= ${minCost}`]),
  ];
}

function positionOf(record: UsageRecord | undefined): LedgerPosition | undefined {
  return record && { startedAt: record.startedAt, requestId: record.requestId };
}
