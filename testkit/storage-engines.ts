import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openStorage } from "../src/storage/open-storage.ts";
import type { Engine, Storage } from "../src/storage/storage.ts";
import { testPostgres } from "./postgres.ts";

/** A fresh place for one test's state on one engine, and every storage opened on it. */
export interface TestPlace {
  readonly dataDir: string;
  /** Undefined on SQLite. */
  readonly databaseUrl: string | undefined;
  /** Opens the place again, as another replica or a later start would. */
  open(): Promise<Storage>;
  /** Runs one statement beside Penstock, as somebody with access to the database would. */
  sql(statement: string): Promise<void>;
  /** Rows of one query, the same way. */
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  remove(): Promise<void>;
}

/** Both, always: a suite that loops over them and finds no PostgreSQL fails with the reason. */
export const engines: readonly Engine[] = ["sqlite", "postgres"];

export async function createPlace(engine: Engine): Promise<TestPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), "penstock-test-"));
  const databaseUrl = engine === "postgres" ? await (await testPostgres()).createDatabase() : undefined;
  const opened: Storage[] = [];
  async function query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    if (databaseUrl === undefined) {
      const database = new Database(join(dataDir, "penstock.db"));
      try {
        return database.query<Record<string, unknown>, []>(text).all();
      } finally {
        database.close();
      }
    }
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return (await client.query(text).finally(() => client.end())).rows;
  }
  return {
    dataDir,
    databaseUrl,
    async open() {
      const storage = await openStorage({ databaseUrl, dataDir });
      opened.push(storage);
      return storage;
    },
    async sql(statement) {
      await query(statement);
    },
    query,
    async remove() {
      await Promise.allSettled(opened.map((storage) => storage.close()));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
