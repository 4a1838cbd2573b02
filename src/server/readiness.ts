import type { Readiness } from "../gateway/gateway-context.ts";
import type { LedgerWriter } from "../services/ledger/writer.ts";
import type { SnapshotPublisher } from "../services/snapshot/publisher.ts";
import type { Storage } from "../storage/storage.ts";

export interface ReadinessParts {
  readonly publisher: SnapshotPublisher;
  readonly ledger: LedgerWriter;
  readonly storage: Storage;
  /** How limits are counted; undefined: in this process, which is always ready. */
  readonly limits?: string | undefined;
  /** How the processes are that serve calls; undefined: this one serves them. */
  readonly workers?: string | undefined;
  /** What is wrong with the process that this one works for; undefined: nothing, or there is none. */
  readonly primary?: string | undefined;
}

/**
 * What stands behind the data plane. A replica that has a snapshot serves on without its storage, so a storage that
 * is gone is said, but does not make the replica unready.
 */
export async function readiness({
  publisher,
  ledger,
  storage,
  limits,
  workers,
  primary,
}: ReadinessParts): Promise<Readiness> {
  const reachable = await storageAnswers(storage);
  const { version, stale } = publisher.status();
  const { failures, lost, spool, unspooled } = ledger.stats();
  return {
    ready: version !== undefined,
    parts: {
      storage: reachable ? "ok" : "unreachable: serving from the last snapshot",
      ...(stale && { configuration: "the last change could not be loaded: serving the one before" }),
      ledger: failures === 0 ? "ok" : "writing is delayed",
      ...(spool === "full" && { spool: `no room on disk: ${unspooled} records are in memory only` }),
      ...(spool === "off" && { spool: "the data folder cannot be written: records are in memory only" }),
      ...(lost > 0 && { ledger_lost: `${lost} records` }),
      ...(limits !== undefined && { limits }),
      ...(workers !== undefined && { workers }),
      ...(primary !== undefined && { primary }),
    },
  };
}

/** A probe must not wait for a network that swallows everything. */
const patienceMs = 2_000;

/** Whether the database answers within two seconds. */
export async function storageAnswers(storage: Storage): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const ping = storage.ping().then(
    () => true,
    () => false,
  );
  const result = await Promise.race([ping, patience]);
  clearTimeout(timer);
  return result;
}
