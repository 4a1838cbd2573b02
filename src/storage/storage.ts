import type { UsageRecord } from "../plane/usage-record.ts";
import type { ContentStore } from "./content-store.ts";
import type { UsageList, UsageListQuery } from "./ledger/list-usage.ts";
import type { PruneQuery } from "./ledger/prune-usage.ts";
import type { RebuildQuery, RebuildResult } from "./ledger/rebuild-rollups.ts";
import type { RecentUseQuery } from "./ledger/recent-use.ts";
import type { UsageQuery, UsageSums } from "./ledger/usage-query.ts";
import type { Reads } from "./repositories/reads.ts";
import type { Writes } from "./repositories/writes.ts";

export type Engine = "sqlite" | "postgres";

/** All state of the control plane, whichever engine holds it. Every call throws `storage_unavailable` when it is gone. */
export interface Storage {
  readonly engine: Engine;
  /** Single reads outside a transaction. */
  readonly reads: Reads;
  /**
   * Runs `work` in one transaction. Changes run one after the other, so what `work` read still holds when it writes.
   * If it wrote configuration, the version is bumped in the same transaction. Never call a vendor inside.
   */
  change<T>(work: (writes: Writes) => Promise<T>): Promise<T>;
  /** Runs `work` on one consistent state of the database. */
  consistently<T>(work: (reads: Reads) => Promise<T>): Promise<T>;
  readonly ledger: LedgerStore;
  readonly contents: ContentStore;
  /** Calls `listener` after every committed change this process knows of, other replicas' included. Returns the way out. */
  onChange(listener: (version: number) => void): () => void;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The append-only record of requests. */
export interface LedgerStore {
  /** Inserts all or none, and rolls them up; a record whose request id is there already is left as it is. */
  insert(records: readonly UsageRecord[]): Promise<void>;
  find(query: { readonly orgId: string; readonly requestId: string }): Promise<UsageRecord | undefined>;
  /** Who called a provider or model lately. */
  recentUse(
    query: RecentUseQuery,
  ): Promise<{ readonly requests: number; readonly keys: number; readonly lastAt: number | undefined }>;
  /** Sums by any dimensions, from the hourly rollups. */
  sum(query: UsageQuery): Promise<readonly UsageSums[]>;
  /** An org's records, newest first. */
  list(query: UsageListQuery): Promise<UsageList>;
  /** Removes old records, whole days at once where days are partitions, else in small slices; returns how many went. Rollups stay. */
  prune(query: PruneQuery): Promise<number>;
  /** Makes room for the days to come; nothing to do where the engine has no partitions. */
  prepare(): Promise<void>;
  /** Sums an org's hours up anew from the rows that are there, each hour at once, while others insert. */
  rebuild(query: RebuildQuery): Promise<RebuildResult>;
}
