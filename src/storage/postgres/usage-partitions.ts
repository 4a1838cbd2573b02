import { type Kysely, sql, type Transaction } from "kysely";
import type { PruneQuery } from "../ledger/prune-usage.ts";
import type { Schema } from "../schema.ts";

const dayMs = 86_400_000;
/** Days from today on that are made ahead. */
const daysAhead = 3;
/** Days that get a partition when a row of theirs comes: a spool may be weeks old, a clock some days wrong. */
const window = { past: 400, future: 7 };
const patienceMs = 60_000;

/**
 * The ledger's days on PostgreSQL. A day has its partition before its first row where that can be had without waiting for
 * others; else its rows stand in the default partition until it is made. Any replica may do any of this at any time.
 */
export class UsagePartitions {
  readonly #db: Kysely<Schema>;
  readonly #known = new Set<number>();
  #retryAt = 0;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Makes the partitions of these times' days, if that is possible now; never throws. */
  async ensure(times: Iterable<number>): Promise<void> {
    const missing = new Set<number>();
    for (const time of times) {
      const day = Math.floor(time / dayMs);
      if (!this.#known.has(day)) missing.add(day);
    }
    if (missing.size === 0 || performance.now() < this.#retryAt) return;
    try {
      for (const day of missing) await this.#make(day);
    } catch {
      // The default partition takes the rows meanwhile.
      this.#retryAt = performance.now() + patienceMs;
    }
  }

  /** Makes the days to come. Throws `storage_unavailable`. */
  async prepare(): Promise<void> {
    const { rows } = await sql<{ readonly now: number }>`
      select cast(floor(extract(epoch from now()) / 86400) as integer) as now
    `.execute(this.#db);
    const today = Number(rows[0]?.now);
    for (let day = today; day <= today + daysAhead; day++) await this.#make(day);
  }

  /** Drops the days that are over before `before`; returns how many records went. */
  async drop({ before, pause }: Pick<PruneQuery, "before" | "pause">): Promise<number> {
    let removed = 0;
    for (const name of await this.#names()) {
      const end = endOf(name);
      if (end === undefined || end > before) continue;
      removed += await this.#locked(async (transaction) => {
        if (!(await exists(transaction, name))) return 0;
        const { rows } = await sql<{ readonly count: number }>`
          select count(*) as count from ${sql.raw(name)}
        `.execute(transaction);
        await sql`drop table ${sql.raw(name)}`.execute(transaction);
        return Number(rows[0]?.count);
      });
      this.#known.delete(end / dayMs - 1);
      if ((await pause()) === "stop") break;
    }
    return removed;
  }

  async #names(): Promise<readonly string[]> {
    const { rows } = await sql<{ readonly name: string }>`
      select child.relname as name from pg_inherits
      join pg_class child on child.oid = inhrelid
      where inhparent = to_regclass('usage_records') order by child.relname
    `.execute(this.#db);
    return rows.map(({ name }) => name);
  }

  async #make(day: number): Promise<void> {
    if (this.#known.has(day)) return;
    const name = nameOf(day);
    const made = await this.#locked(async (transaction) => {
      if (await exists(transaction, name)) return true;
      if (!(await isPlausible(transaction, day))) return false;
      const [from, to] = [day * dayMs, (day + 1) * dayMs];
      const table = sql.raw(name);
      // Attached, not created in place: that would lock out every reader and writer of the ledger.
      await sql`create table ${table} (like usage_records including all)`.execute(transaction);
      await sql`
        with moved as (
          delete from usage_records_default where started_at >= ${from} and started_at < ${to} returning *
        ) insert into ${table} select * from moved
      `.execute(transaction);
      await sql`
        alter table usage_records attach partition ${table} for values from (${sql.lit(from)}) to (${sql.lit(to)})
      `.execute(transaction);
      return true;
    });
    // A day no clock should say is not asked for again: the default partition is its place.
    if (made || this.#known.size < 10_000) this.#known.add(day);
  }

  /** One replica at a time, and none waits long: a lock that is waited for holds up everybody behind it. */
  #locked<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(async (transaction) => {
      await sql`set local lock_timeout = '2s'`.execute(transaction);
      await sql`select pg_advisory_xact_lock(hashtext('penstock usage partitions'))`.execute(transaction);
      return work(transaction);
    });
  }
}

async function exists(transaction: Transaction<Schema>, name: string): Promise<boolean> {
  const { rows } = await sql<{ readonly found: boolean }>`
    select to_regclass(${name}) is not null as found
  `.execute(transaction);
  return rows[0]?.found === true;
}

async function isPlausible(transaction: Transaction<Schema>, day: number): Promise<boolean> {
  const { rows } = await sql<{ readonly today: number }>`
    select cast(floor(extract(epoch from now()) / 86400) as integer) as today
  `.execute(transaction);
  const today = Number(rows[0]?.today);
  return day >= today - window.past && day <= today + window.future;
}

function nameOf(day: number): string {
  return `usage_records_p${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** Where the day of a partition ends; undefined for others, such as the default one. */
function endOf(name: string): number | undefined {
  const [, year, month, day] = /^usage_records_p(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) + dayMs;
}
