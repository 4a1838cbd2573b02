import type { Kysely, Transaction } from "kysely";
import type { ChangeFeed } from "./change-feed.ts";
import { createContentStore } from "./content-store.ts";
import { recordChange } from "./repositories/change-repository.ts";
import { createReads } from "./repositories/reads.ts";
import { createWrites, type Writes } from "./repositories/writes.ts";
import type { Schema } from "./schema.ts";
import type { LedgerStore, Storage } from "./storage.ts";
import { TouchedParts } from "./touched-parts.ts";

/** What differs between the engines. */
export interface EngineParts {
  readonly engine: Storage["engine"];
  readonly db: Kysely<Schema>;
  readonly feed: ChangeFeed;
  readonly ledger: LedgerStore;
  /** Takes the lock under which changes run one after the other; returns the version before the change. */
  readonly lockVersion: (transaction: Transaction<Schema>) => Promise<number>;
  /** Runs inside the transaction that bumped the version. */
  readonly notify: (transaction: Transaction<Schema>, version: number) => Promise<void>;
  /** Prepares a connection for an acknowledged change; returns how to undo that. */
  readonly reserve: (connection: Kysely<Schema>) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** A storage over one engine's parts. */
export function createStorage(parts: EngineParts): Storage {
  const { db, feed } = parts;
  const reads = createReads(db);
  return {
    engine: parts.engine,
    reads,
    ledger: parts.ledger,
    contents: createContentStore(db),
    onChange: feed.onChange,
    async change(work) {
      const { result, version } = await db.connection().execute(async (connection) => {
        const release = await parts.reserve(connection);
        try {
          return await connection.transaction().execute((transaction) => runChange(parts, transaction, work));
        } finally {
          await release();
        }
      });
      feed.announce(version);
      return result;
    },
    consistently(work) {
      const transaction = db.transaction();
      // SQLite's one connection is consistent as it is and knows no isolation levels.
      const isolated =
        parts.engine === "postgres" ? transaction.setIsolationLevel("repeatable read") : transaction;
      return isolated.execute((inner) => work(createReads(inner)));
    },
    async ping() {
      await reads.instance.version();
    },
    close: parts.close,
  };
}

async function runChange<T>(
  parts: EngineParts,
  transaction: Transaction<Schema>,
  work: (writes: Writes) => Promise<T>,
): Promise<{ readonly result: T; readonly version: number }> {
  const before = await parts.lockVersion(transaction);
  const touched = new TouchedParts();
  const result = await work(createWrites(transaction, touched.touch));
  if (touched.orgIds.length === 0) return { result, version: before };
  const version = before + 1;
  await transaction
    .updateTable("instance")
    .set({ value: String(version) })
    .where("key", "=", "version")
    .execute();
  await transaction
    .updateTable("orgs")
    .set((update) => ({ version: update("version", "+", 1) }))
    .where("id", "in", touched.orgIds)
    .execute();
  await recordChange(transaction, { version, record: touched.toRecord() });
  await parts.notify(transaction, version);
  return { result, version };
}
