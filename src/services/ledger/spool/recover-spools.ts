import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UsageRecord } from "../../../plane/usage-record.ts";
import { takeFileLock } from "../../../storage/sqlite/file-lock.ts";
import type { LedgerStore } from "../../../storage/storage.ts";
import type { ServiceLogEntry } from "../../service-context.ts";
import { insertAround } from "../insert-around.ts";
import { lockName } from "./spool.ts";
import { readLines } from "./spool-line.ts";

export interface RecoveryOptions {
  readonly root: string;
  readonly store: Pick<LedgerStore, "insert">;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Records an insert takes. */
  readonly batchSize: number;
}

export interface Recovered {
  readonly records: number;
  /** Records that could not be read, or that the engine refused. */
  readonly lost: number;
}

/**
 * Writes what dead processes left behind to the database, in the order it was metered, and removes it. A live process's folder
 * is locked and left alone; several processes may do this at once. Throws `storage_unavailable`; what is not written stays.
 */
export async function recoverSpools(options: RecoveryOptions): Promise<Recovered> {
  const sum = { records: 0, lost: 0 };
  for (const name of foldersOf(options.root)) {
    const folder = join(options.root, name);
    const lock = takeFileLock(join(folder, lockName), { create: false });
    if (lock === undefined) continue;
    try {
      const { records, lost } = await recoverFolder(folder, options);
      sum.records += records;
      sum.lost += lost;
      if (records + lost > 0) {
        options.log({
          level: lost > 0 ? "error" : "info",
          event: "spool_replayed",
          fields: { spool: name, records, lost },
        });
      }
    } finally {
      lock.release();
    }
  }
  return sum;
}

/** Oldest first: the names begin with the time. */
function foldersOf(root: string): readonly string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
      .sort();
  } catch {
    return [];
  }
}

async function recoverFolder(folder: string, options: RecoveryOptions): Promise<Recovered> {
  const sum = { records: 0, lost: 0 };
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .sort();
  for (const file of files) {
    const path = join(folder, file);
    const { records, damaged } = readLines(readFileSync(path));
    sum.lost += damaged;
    for (let at = 0; at < records.length; at += options.batchSize) {
      const batch = records.slice(at, at + options.batchSize);
      const refused = await insertBatch(batch, options);
      sum.lost += refused;
      sum.records += batch.length - refused;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    rmSync(path, { force: true });
  }
  rmSync(folder, { recursive: true, force: true });
  return sum;
}

async function insertBatch(batch: readonly UsageRecord[], { store, log }: RecoveryOptions): Promise<number> {
  const refused = await insertAround(store, batch);
  for (const { record, cause } of refused) {
    log({ level: "error", event: "usage_record_refused", fields: { request: record.requestId }, cause });
  }
  return refused.length;
}
