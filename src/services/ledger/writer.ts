import { toPenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord, UsageSink } from "../../plane/usage-record.ts";
import type { LedgerStore } from "../../storage/storage.ts";
import type { ServiceLogEntry } from "../service-context.ts";
import { insertAround } from "./insert-around.ts";
import { type Batch, LedgerQueue } from "./ledger-queue.ts";
import type { Spool, SpoolState } from "./spool/spool.ts";

/** The queue between the data plane and the ledger. */
export interface LedgerWriter extends UsageSink {
  /** Tries once to write all that was added before the call. Throws when storage fails; the records stay queued. */
  flush(): Promise<void>;
  stats(): LedgerStats;
  /** Records that the database does not have yet, or has had for a moment; oldest first. */
  waiting(): Iterable<UsageRecord>;
  /**
   * Flushes, tries again for at most `timeoutMs` (10 s by default), stops. What is left waits in the spool for the next
   * start; what has no place there counts as lost.
   */
  close(timeoutMs?: number): Promise<void>;
}

export interface LedgerStats {
  readonly queued: number;
  readonly written: number;
  /** Records given up: nowhere was room for them, the engine refused the record itself, or the spool's file was damaged. */
  readonly lost: number;
  /** Failed attempts since the last success. */
  readonly failures: number;
  readonly spool: SpoolState | "off";
  /** Bytes on disk. */
  readonly spoolBytes: number;
  /** Queued records that are in memory alone, so that a crash would lose them. */
  readonly unspooled: number;
}

export interface LedgerWriterOptions {
  readonly store: Pick<LedgerStore, "insert">;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Where records are written down before they are in the database; absent: nowhere. Closed with the writer. */
  readonly spool?: Spool | undefined;
  /** Records kept in memory while storage is down and the spool has no room; 100,000 by default. */
  readonly capacity?: number;
  /** Records kept in memory beside the spool; 10,000 by default. */
  readonly held?: number;
  /** 200 by default. */
  readonly intervalMs?: number;
  /** Records an insert takes; 500 by default. On an embedded engine an insert holds up everything else meanwhile. */
  readonly batchSize?: number;
}

const longestRetryMs = 5_000;

/**
 * Collects records and writes them in batches; while storage fails it keeps them and tries again ever more slowly. With a
 * spool, `add` returns when the kernel has the record: whoever is answered after it will find it in the ledger.
 */
export function createLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  const { store, log, spool, capacity = 100_000, held = 10_000, intervalMs = 200, batchSize = 500 } = options;
  const queue = new LedgerQueue({ spool, batchSize, capacity, held });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let draining: Promise<void> | undefined;
  let written = 0;
  let lost = 0;
  let failures = 0;
  let closed = false;
  let spoolState = spool?.state;

  function schedule(ms: number): void {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      drain("all").catch(() => {});
    }, ms);
  }

  function drain(what: "all" | "full"): Promise<void> {
    draining ??= writeQueue(what).finally(() => {
      draining = undefined;
      if (queue.length > 0) schedule(failures === 0 ? intervalMs : retryDelay(failures, intervalMs));
    });
    return draining;
  }

  async function writeQueue(what: "all" | "full"): Promise<void> {
    if (what === "all") {
      clearTimeout(timer);
      timer = undefined;
    }
    for (;;) {
      // Whoever waits for an answer goes first: an insert may take the event loop.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const next = queue.take(what);
      if (next === undefined) return;
      const { batch, isLast } = next;
      try {
        await writeBatch(batch);
      } catch (error) {
        queue.putBack(batch);
        // A longer wait begins: what is in the spool shall outlive a power cut, too.
        void spool?.sync();
        throw error;
      }
      queue.settle(batch);
      // Under load a rest grows at once; writing it again and again would make every insert a small one.
      if (isLast) return;
    }
  }

  async function writeBatch(batch: Batch): Promise<void> {
    const records = queue.recordsOf(batch);
    const refused = await insertBatch(records);
    const missing = batch.count - records.length;
    if (missing > 0) log({ level: "error", event: "spool_damaged", fields: { records: missing } });
    written += records.length - refused;
    lost += refused + missing;
  }

  async function insertBatch(batch: readonly UsageRecord[]): Promise<number> {
    try {
      const refused = await insertAround(store, batch);
      for (const { record, cause } of refused) {
        log({ level: "error", event: "usage_record_refused", fields: { request: record.requestId }, cause });
      }
      failures = 0;
      return refused.length;
    } catch (error) {
      failures++;
      const known = toPenstockError(error);
      log({
        level: "error",
        event: "ledger_failed",
        fields: { failures, queued: queue.length },
        cause: known,
      });
      throw known;
    }
  }

  function watchSpool(): void {
    if (spool === undefined || spool.state === spoolState) return;
    spoolState = spool.state;
    if (spoolState === "full") log({ level: "error", event: "spool_full", fields: { bytes: spool.bytes } });
    else log({ level: "info", event: "spool_resumed", fields: { bytes: spool.bytes } });
  }

  return {
    add(record) {
      const kept = !closed && queue.add(record);
      watchSpool();
      if (!kept) {
        if (lost === 0) log({ level: "error", event: "ledger_full", fields: { capacity } });
        lost++;
        return;
      }
      // While storage fails the retry timer sets the pace, not the arrivals.
      if (queue.length >= batchSize && draining === undefined && failures === 0)
        drain("full").catch(() => {});
      else schedule(intervalMs);
    },
    async flush() {
      // A drain that is under way may have passed by the last record; the second one has not.
      await draining;
      if (queue.length > 0) await drain("all");
    },
    stats: () => ({
      ...{
        queued: queue.length,
        written,
        lost,
        failures,
        unspooled: spool === undefined ? 0 : queue.unspooled,
      },
      ...{ spool: spool?.state ?? "off", spoolBytes: spool?.bytes ?? 0 },
    }),
    waiting: () => queue.waiting(),
    async close(timeoutMs = 10_000) {
      const deadline = performance.now() + timeoutMs;
      while (queue.length > 0 || draining !== undefined) {
        const done = await drain("all").then(
          () => true,
          () => false,
        );
        if (done) continue;
        const wait = retryDelay(failures, intervalMs);
        if (performance.now() + wait > deadline) break;
        await Bun.sleep(wait);
      }
      closed = true;
      clearTimeout(timer);
      queue.spoolRest();
      lost += queue.unspooled;
      if (queue.unspooled > 0)
        log({ level: "error", event: "ledger_lost", fields: { records: queue.unspooled } });
      const waiting = queue.length - queue.unspooled;
      if (waiting > 0) log({ level: "warn", event: "ledger_spooled", fields: { records: waiting } });
      queue.clear();
      await spool?.sync();
      spool?.close();
    },
  };
}

/** Milliseconds until the next attempt after this many failures. */
function retryDelay(failures: number, intervalMs: number): number {
  return Math.min(intervalMs * 2 ** Math.min(failures, 10), longestRetryMs);
}
