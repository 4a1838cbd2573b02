import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { createChangeFeed } from "../change-feed.ts";
import { createStorage } from "../create-storage.ts";
import { guardDialect } from "../guarded-dialect.ts";
import { migrate } from "../migrate.ts";
import { createReads } from "../repositories/reads.ts";
import type { Schema } from "../schema.ts";
import type { Storage } from "../storage.ts";
import { changeChannel, startChangeListener } from "./change-listener.ts";
import { connectionConfig } from "./connection-config.ts";
import { createPostgresLedger } from "./postgres-ledger.ts";

/** Connects to the shared database and migrates it. Throws `storage_unavailable` when it does not answer. */
export async function openPostgres(url: string): Promise<Storage> {
  const pool = new Pool(connectionConfig(url));
  // A connection that breaks is the pool's to replace and its query's to fail; unheard, the event of the pool (idle) or
  // of the client (in use) would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  const db = new Kysely<Schema>({ dialect: guardDialect(new PostgresDialect({ pool })) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const feed = createChangeFeed();
  const { instance } = createReads(db);
  const listener = startChangeListener({ url, feed, version: () => instance.version() });
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
