import { type Kysely, sql } from "kysely";

/**
 * Moves the ledger's rows into partitions of a day (UTC) each, PostgreSQL only: a day that is over is then dropped whole. What
 * no day takes is kept in the default partition. Uniqueness holds for the id and its time, which never changes.
 */
export async function partitionUsage(db: Kysely<unknown>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run("alter table usage_records rename to usage_records_whole");
  await run("alter table usage_records_whole drop constraint usage_records_pkey");
  await run("drop index usage_records_by_time");
  await run("create table usage_records (like usage_records_whole) partition by range (started_at)");
  await run("alter table usage_records add primary key (request_id, started_at)");
  await run("create index usage_records_by_time on usage_records (org_id, started_at)");
  await run("create table usage_records_default partition of usage_records default");
  // Days that a clock can have meant; the rest stays with the default.
  const { rows } = await sql<{ readonly day: number }>`
    select distinct cast(floor(started_at / 86400000.0) as integer) as day from usage_records_whole
    where started_at between (extract(epoch from now()) - 3660 * 86400) * 1000 and (extract(epoch from now()) + 7 * 86400) * 1000
  `.execute(db);
  for (const { day } of rows) await run(createPartition(Number(day)));
  await run("insert into usage_records select * from usage_records_whole");
  await run("drop table usage_records_whole");
}

const dayMs = 86_400_000;

/** The partition of a day, counted from the epoch. */
function createPartition(day: number): string {
  const name = `usage_records_p${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll("-", "")}`;
  return `create table ${name} partition of usage_records for values from (${day * dayMs}) to (${(day + 1) * dayMs})`;
}
