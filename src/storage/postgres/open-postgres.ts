import { type Dialect, Kysely, PostgresDialect, sql } from "kysely";
import { Pool, type PoolConfig } from "pg";
import { createChangeFeed } from "../change-feed.ts";
import { createStorage } from "../create-storage.ts";
import { guardDialect } from "../guarded-dialect.ts";
import { migrate } from "../migrate.ts";
import { createReads } from "../repositories/reads.ts";
import type { Schema } from "../schema.ts";
import type { Storage } from "../storage.ts";
import { changeChannel, startChangeListener } from "./change-listener.ts";
import { connectionConfig, migrationConfig } from "./connection-config.ts";
import { type DatabaseLimits, defaultDatabaseLimits } from "./database-limits.ts";
import { createPostgresLedger } from "./postgres-ledger.ts";
import { steadyPool } from "./steady-pool.ts";

/** Connects to the shared database and migrates it. Throws `storage_unavailable` when it does not answer. */
export async function openPostgres(
  url: string,
  limits: DatabaseLimits = defaultDatabaseLimits,
): Promise<Storage> {
  await migrateOnce(url);
  const db = new Kysely<Schema>({ dialect: dialectOf(connectionConfig(url, limits)) });
  const feed = createChangeFeed();
  const { instance } = createReads(db);
  const listener = startChangeListener({ url, limits, feed, version: () => instance.version() });
  return createStorage({
    engine: "postgres",
    db,
    feed,
    ledger: createPostgresLedger(db),
    async lockVersion(transaction) {
      const row = await transaction
        .selectFrom("instance")
        .select("value")
        .where("key", "=", "version")
        .forUpdate()
        .executeTakeFirstOrThrow();
      return Number(row.value);
    },
    async notify(transaction, version) {
      await sql`select pg_notify(${changeChannel}, ${String(version)})`.execute(transaction);
    },
    reserve: async () => async () => {},
    async close() {
      await listener.close();
      await db.destroy();
    },
  });
}

async function migrateOnce(url: string): Promise<void> {
  const db = new Kysely<Schema>({ dialect: dialectOf(migrationConfig(url)) });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

function dialectOf(config: PoolConfig): Dialect {
  const pool = new Pool(config);
  // A connection that breaks is the pool's to replace and its query's to fail; unheard, the event of the pool (idle) or
  // of the client (in use) would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  return guardDialect(new PostgresDialect({ pool: steadyPool(pool) }));
}
