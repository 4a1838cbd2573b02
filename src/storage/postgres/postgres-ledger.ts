import { CompiledQuery, type Kysely, sql } from "kysely";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { postgresLedgerDialect } from "../ledger/ledger-dialect.ts";
import { createLedgerQueries } from "../ledger/ledger-queries.ts";
import { pruneUsage } from "../ledger/prune-usage.ts";
import { rebuildRollups } from "../ledger/rebuild-rollups.ts";
import { addToRollup, rollupKeys, rollupNames, rollupSums } from "../ledger/rollup-columns.ts";
import { type Cell, usageColumns } from "../ledger/usage-columns.ts";
import type { Schema } from "../schema.ts";
import type { LedgerStore } from "../storage.ts";
import { UsagePartitions } from "./usage-partitions.ts";

const names = usageColumns.map((column) => column.name).join(", ");
const shape = usageColumns.map((column) => `${column.name} ${column.type}`).join(", ");
const keys = Object.entries(rollupKeys).map(([name, of]) => `${of} as rollup_${name}`);
const sums = Object.entries(rollupSums).map(([, of]) => `sum(${of})`);
const groups = Object.keys(rollupKeys).map((name) => `rollup_${name}`);
/** One statement is one transaction. Rollups are taken in the same order by everybody, so that replicas cannot block each other. */
const statement =
  `with inserted as (insert into usage_records (${names}) select ${names} from json_to_recordset($1::json) as r(${shape}) ` +
  "on conflict do nothing returning *) " +
  `insert into usage_rollups (${rollupNames.join(", ")}) ` +
  `select ${groups.join(", ")}, max(provider_name), ${sums.join(", ")} ` +
  `from (select *, ${keys.join(", ")} from inserted) as keyed ` +
  `group by ${groups.join(", ")} order by ${groups.join(", ")} ${addToRollup}`;

/** The ledger on PostgreSQL: a whole batch as one JSON parameter, so that its size costs no query building. */
export function createPostgresLedger(db: Kysely<Schema>): LedgerStore {
  const partitions = new UsagePartitions(db);
  return {
    async insert(records) {
      await partitions.ensure(records.map(({ startedAt }) => startedAt));
      // In one order whoever inserts: two replicas that replay the same records would else wait for each other.
      const sorted = records.toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1));
      await db.executeQuery(CompiledQuery.raw(statement, [JSON.stringify(sorted.map(toRow))]));
    },
    ...createLedgerQueries(db, postgresLedgerDialect),
    prepare: () => partitions.prepare(),
    async prune(query) {
      const dropped = await partitions.drop(query);
      return dropped + (await pruneUsage(db, { ...query, table: "usage_records_default" }));
    },
    // An insert holds its lock from before it reads to its commit, so that whoever has this one sees all of every insert.
    rebuild: (query) =>
      rebuildRollups(db, query, async (transaction) => {
        await sql`lock table usage_rollups in share row exclusive mode`.execute(transaction);
      }),
  };
}

/** Every record passes here: the plain loop, since pairs for `Object.fromEntries` would be an array a column. */
function toRow(record: UsageRecord): Readonly<Record<string, Cell>> {
  const row: Record<string, Cell> = {};
  for (const column of usageColumns) row[column.name] = column.of(record);
  return row;
}
