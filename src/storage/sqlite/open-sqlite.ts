import { Database } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { CompiledQuery, Kysely, SqliteAdapter, sql } from "kysely";
import { BunSqliteDialect } from "kysely-bun-sqlite";
import { createChangeFeed } from "../change-feed.ts";
import { createStorage } from "../create-storage.ts";
import { guardDialect } from "../guarded-dialect.ts";
import { migrate } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import type { Storage } from "../storage.ts";
import { toStorageError } from "../storage-error.ts";
import { Checkpointer, type CheckpointerOptions } from "./checkpointer.ts";
import { createSqliteLedger } from "./sqlite-ledger.ts";
import { hasWalResetFix } from "./wal-reset-fix.ts";

export interface SqliteOptions {
  /** Of the file. */
  readonly path: string;
  /** Told when the thread that does checkpoints fails at it; the database works on without. */
  readonly onCheckpointFailure?: ((cause: unknown) => void) | undefined;
}

/** Opens (and makes, 0600) the embedded database and migrates it. Throws `storage_unavailable` when the file cannot be used. */
export async function openSqlite({ path, onCheckpointFailure = () => {} }: SqliteOptions): Promise<Storage> {
  const database = openFile(path);
  const checkpointer = openCheckpointer({ database, path, onFailure: onCheckpointFailure });
  const dialect = guardDialect(new BunSqliteDialect({ database }), () => checkpointer?.look());
  const db = new Kysely<Schema>({
    dialect: { ...dialect, createAdapter: () => new TransactionalDdlAdapter() },
  });
  try {
    await migrate(db);
  } catch (error) {
    await checkpointer?.close();
    await db.destroy();
    throw error;
  }
  return createStorage({
    engine: "sqlite",
    db,
    feed: createChangeFeed(),
    ledger: createSqliteLedger(db, database),
    // A write first: the transaction holds the write lock from its start and cannot fail later by upgrading to it.
    async lockVersion(transaction) {
      const { rows } = await sql<{ value: string }>`
        update instance set value = value where key = 'version' returning value`.execute(transaction);
      return Number(rows[0]?.value);
    },
    notify: async () => {},
    // Outside changes, commits survive a kill but not a power cut (WAL, NORMAL): an fsync per batch of the ledger
    // would stop the data plane's event loop. An acknowledged change survives both.
    async reserve(connection) {
      await connection.executeQuery(CompiledQuery.raw("pragma synchronous = full"));
      return async () => {
        await connection.executeQuery(CompiledQuery.raw("pragma synchronous = normal"));
      };
    },
    async close() {
      await checkpointer?.close();
      // The file alone is then the whole database, fit to be copied.
      await sql`pragma wal_checkpoint(truncate)`.execute(db).catch(() => {});
      await db.destroy();
    },
  });
}

function openFile(path: string): Database {
  try {
    // SQLite gives its companion files the mode of this one.
    closeSync(openSync(path, "a", 0o600));
    const database = new Database(path, { create: true, strict: true });
    database.run("pragma journal_mode = wal");
    database.run("pragma busy_timeout = 5000");
    database.run("pragma foreign_keys = on");
    database.run("pragma synchronous = normal");
    return database;
  } catch (error) {
    throw toStorageError(error);
  }
}

/** Undefined: this SQLite is safe only when the connection that writes does it, within its commits. */
function openCheckpointer(options: CheckpointerOptions): Checkpointer | undefined {
  try {
    using statement = options.database.prepare<{ version: string }, []>("select sqlite_version() as version");
    return hasWalResetFix(statement.get()?.version ?? "") ? new Checkpointer(options) : undefined;
  } catch (error) {
    options.database.close();
    throw toStorageError(error);
  }
}

/** Kysely does not count on it, but SQLite's DDL is transactional: a killed migration leaves nothing behind. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
