import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";
import type { LedgerStore } from "../storage.ts";
import { findUsage } from "./find-usage.ts";
import type { LedgerDialect } from "./ledger-dialect.ts";
import { listUsage } from "./list-usage.ts";
import { pruneUsage } from "./prune-usage.ts";
import { findRecentUse } from "./recent-use.ts";
import { sumUsage } from "./sum-usage.ts";

/** What is the same on both engines, but for a few words: all but writing. */
export function createLedgerQueries(db: Kysely<Schema>, dialect: LedgerDialect): Omit<LedgerStore, "insert"> {
  return {
    find: (query) => findUsage(db, query),
    recentUse: (query) => findRecentUse(db, query),
    sum: (query) => sumUsage(db, query, dialect),
    list: (query) => listUsage(db, query),
    prune: (query) => pruneUsage(db, query),
  };
}
