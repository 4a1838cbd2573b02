import type { Database } from "bun:sqlite";
import { type Kysely, sql } from "kysely";
import type { UsageRecord } from "../../plane/usage-record.ts";
import { sqliteLedgerDialect } from "../ledger/ledger-dialect.ts";
import { createLedgerQueries } from "../ledger/ledger-queries.ts";
import { pruneUsage } from "../ledger/prune-usage.ts";
import { rebuildRollups } from "../ledger/rebuild-rollups.ts";
import { RollUp } from "../ledger/roll-up.ts";
import { addToRollup, rollupNames } from "../ledger/rollup-columns.ts";
import { type Cell, fillRow, usageColumns } from "../ledger/usage-columns.ts";
import type { Schema } from "../schema.ts";
import type { LedgerStore } from "../storage.ts";
import { toStorageError } from "../storage-error.ts";

/** Rows written in one turn of the event loop, some 0.2 ms: whoever waits for an answer goes in between. */
const rowsATurn = 32;

/**
 * The ledger on SQLite: one prepared statement run per row, a few microseconds each, where a built query costs far more,
 * and one per group of the batch for the rollups, of the rows that were not there yet.
 */
export function createSqliteLedger(db: Kysely<Schema>, database: Database): LedgerStore {
  const names = usageColumns.map((column) => column.name).join(", ");
  const places = usageColumns.map(() => "?").join(", ");
  const statement = database.prepare(
    `insert into usage_records (${names}) values (${places}) on conflict (request_id) do nothing`,
  );
  const rollUpStatement = database.prepare(
    `insert into usage_rollups (${rollupNames.join(", ")}) values (${rollupNames.map(() => "?").join(", ")}) ${addToRollup}`,
  );
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");

  async function insertAll(records: readonly UsageRecord[]): Promise<void> {
    const rollUp = new RollUp();
    const row: Cell[] = [];
    let written = 0;
    for (const record of records) {
      if (written > 0 && written % rowsATurn === 0) await nextTurn();
      written++;
      fillRow(row, record);
      if (statement.run(...row).changes > 0) rollUp.add(row);
    }
    for (const sums of rollUp.rows()) {
      if (written % rowsATurn === 0) await nextTurn();
      written++;
      rollUpStatement.run(...sums);
    }
  }

  return {
    async insert(records) {
      // Holding the one connection keeps the batch out of a change's open transaction, and all others out of the batch's.
      await db.connection().execute(async () => {
        try {
          begin.run();
          await insertAll(records);
          commit.run();
        } catch (error) {
          if (database.inTransaction) database.run("rollback");
          throw toStorageError(error);
        }
      });
    },
    ...createLedgerQueries(db, sqliteLedgerDialect),
    prepare: async () => {},
    prune: (query) => pruneUsage(db, { ...query, table: "usage_records" }),
    // A write first: the transaction holds the one write lock from its start.
    rebuild: (query) =>
      rebuildRollups(db, query, async (transaction) => {
        await sql`update instance set value = value where key = 'version'`.execute(transaction);
      }),
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
