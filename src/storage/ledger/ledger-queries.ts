import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";
import type { LedgerStore } from "../storage.ts";
import { findUsage } from "./find-usage.ts";
import type { LedgerDialect } from "./ledger-dialect.ts";
import { listUsage } from "./list-usage.ts";
import { findRecentUse } from "./recent-use.ts";
import { sumUsage } from "./sum-usage.ts";

/** What is the same on both engines, but for a few words: all that only reads. */
export function createLedgerQueries(
  db: Kysely<Schema>,
  dialect: LedgerDialect,
): Pick<LedgerStore, "find" | "recentUse" | "sum" | "list"> {
  return {
    find: (query) => findUsage(db, query),
    recentUse: (query) => findRecentUse(db, query),
    sum: (query) => sumUsage(db, query, dialect),
    list: (query) => listUsage(db, query),
  };
}
