import type { Readiness } from "../gateway/gateway-context.ts";
import type { LedgerWriter } from "../services/ledger/writer.ts";
import type { SnapshotPublisher } from "../services/snapshot/publisher.ts";
import type { Storage } from "../storage/storage.ts";

export interface ReadinessParts {
  readonly publisher: SnapshotPublisher;
  readonly ledger: LedgerWriter;
  readonly storage: Storage;
}

/**
 * What stands behind the data plane. A replica that has a snapshot serves on without its storage, so a storage that
 * is gone is said, but does not make the replica unready.
 */
export async function readiness({ publisher, ledger, storage }: ReadinessParts): Promise<Readiness> {
  const reachable = await storageAnswers(storage);
  const { version, stale } = publisher.status();
  const { failures, lost } = ledger.stats();
  return {
    ready: version !== undefined,
    parts: {
      storage: reachable ? "ok" : "unreachable: serving from the last snapshot",
      ...(stale && { configuration: "the last change could not be loaded: serving the one before" }),
      ledger: failures === 0 ? "ok" : "writing is delayed",
      ...(lost > 0 && { ledger_lost: `${lost} records` }),
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
