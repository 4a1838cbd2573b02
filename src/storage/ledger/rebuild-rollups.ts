import { type Kysely, sql, type Transaction } from "kysely";
import type { Schema } from "../schema.ts";
import { hourMs, rollupKeys, rollupNames, rollupSums } from "./rollup-columns.ts";

export interface RebuildQuery {
  readonly orgId: string;
  /** Milliseconds since the epoch, the beginning of an hour; undefined: from the oldest row on. */
  readonly from: number | undefined;
  /** Exclusive, the beginning of an hour. */
  readonly to: number | undefined;
}

export interface RebuildResult {
  /** Hours that were summed up anew. */
  readonly hours: number;
  /** Hours whose sums were wrong. */
  readonly corrected: number;
  /** 1: the oldest hour was left as it is, since some of its rows are gone already. */
  readonly kept: number;
}

const keys = Object.entries(rollupKeys).map(([name, of]) => `${of} as rollup_${name}`);
const groups = Object.keys(rollupKeys).map((name) => `rollup_${name}`);
const sums = Object.values(rollupSums).map((of) => `sum(${of})`);

/**
 * Sums an org's hours up anew, each in a transaction of its own that no insert runs beside. Hours without rows are left
 * alone: their rows are gone, and their sums are all that is known of them.
 */
export async function rebuildRollups(
  db: Kysely<Schema>,
  query: RebuildQuery,
  lock: (transaction: Transaction<Schema>) => Promise<void>,
): Promise<RebuildResult> {
  const { orgId, from, to } = query;
  const oldest = await hourAfter(db, orgId, undefined);
  const result = { hours: 0, corrected: 0, kept: 0 };
  let hour = from === undefined ? oldest : await hourAfter(db, orgId, from);
  while (hour !== undefined && (to === undefined || hour < to)) {
    const at = hour;
    const outcome = await db.transaction().execute(async (transaction) => {
      await lock(transaction);
      return rebuildHour(transaction, { orgId, hour: at, oldest: at === oldest });
    });
    if (outcome === "kept") result.kept++;
    else result.hours++;
    if (outcome === "corrected") result.corrected++;
    hour = await hourAfter(db, orgId, at + hourMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return result;
}

/** The first hour from `from` on that has rows. */
async function hourAfter(
  db: Kysely<Schema>,
  orgId: string,
  from: number | undefined,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("usage_records")
    .select("started_at")
    .where("org_id", "=", orgId)
    .$if(from !== undefined, (select) => select.where("started_at", ">=", from ?? 0))
    .orderBy("started_at")
    .limit(1)
    .executeTakeFirst();
  return row && row.started_at - (row.started_at % hourMs);
}

async function rebuildHour(
  transaction: Transaction<Schema>,
  { orgId, hour, oldest }: { readonly orgId: string; readonly hour: number; readonly oldest: boolean },
): Promise<"same" | "corrected" | "kept"> {
  const of = sql`where org_id = ${orgId} and hour = ${hour}`;
  const before = await sumsOf(transaction, of);
  if (oldest) {
    const { rows } = await sql<{ readonly count: number }>`
      select count(*) as count from usage_records
      where org_id = ${orgId} and started_at >= ${hour} and started_at < ${hour + hourMs}
    `.execute(transaction);
    if (Number(rows[0]?.count) < Number(before.requests)) return "kept";
  }
  await sql`delete from usage_rollups ${of}`.execute(transaction);
  await sql`
    insert into usage_rollups (${sql.raw(rollupNames.join(", "))})
    select ${sql.raw([...groups, "max(provider_name)", ...sums].join(", "))}
    from (
      select *, ${sql.raw(keys.join(", "))} from usage_records
      where org_id = ${orgId} and started_at >= ${hour} and started_at < ${hour + hourMs}
    ) as keyed group by ${sql.raw(groups.join(", "))}
  `.execute(transaction);
  return isSame(before, await sumsOf(transaction, of)) ? "same" : "corrected";
}

type Sums = Readonly<Record<string, number | string | null>>;

async function sumsOf(transaction: Transaction<Schema>, of: ReturnType<typeof sql>): Promise<Sums> {
  const columns = Object.keys(rollupSums).map((name) => `coalesce(sum(${name}), 0) as ${name}`);
  const { rows } = await sql<Sums>`
    select ${sql.raw(["count(*) as groups", ...columns].join(", "))} from usage_rollups ${of}
  `.execute(transaction);
  return rows[0] ?? {};
}

/** But for the dust that adding up fractions in another order leaves. */
function isSame(a: Sums, b: Sums): boolean {
  return Object.keys(b).every((name) => Math.abs(Number(a[name]) - Number(b[name])) < 1e-9);
}
