import { PenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { LedgerStore } from "../../storage/storage.ts";

/** A record the engine will not take, and why. */
export interface RefusedRecord {
  readonly record: UsageRecord;
  readonly cause: unknown;
}

/**
 * Inserts a batch; if the engine refuses it though it can be reached, halves it until the records at fault are found,
 * so that one of them does not hold up the rest for ever. Throws what is no record's fault.
 */
export async function insertAround(
  store: Pick<LedgerStore, "insert">,
  batch: readonly UsageRecord[],
): Promise<readonly RefusedRecord[]> {
  try {
    await store.insert(batch);
    return [];
  } catch (cause) {
    if (cause instanceof PenstockError && isNotAboutRecords(cause)) throw cause;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return [{ record: only, cause }];
    const half = batch.length >> 1;
    const first = await insertAround(store, batch.slice(0, half));
    return [...first, ...(await insertAround(store, batch.slice(half)))];
  }
}

/** PostgreSQL's classes for a schema that is not ours, rights, an internal fault; SQLite's for the same. */
const aboutTheDatabase = /^(0A|25|28|3D|3F|42|XX)|^SQLITE_(ERROR|CORRUPT|NOTADB|AUTH|PERM|SCHEMA)$/;

/** No record is at fault for a database that is gone or not as it should be: all wait until somebody has put it right. */
function isNotAboutRecords({ code, cause }: PenstockError): boolean {
  if (code === "storage_unavailable") return true;
  return cause instanceof Error && "code" in cause && aboutTheDatabase.test(String(cause.code));
}
