import { toPenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord, UsageSink } from "../../plane/usage-record.ts";
import type { LedgerStore } from "../../storage/storage.ts";
import type { ServiceLogEntry } from "../service-context.ts";
import { insertAround } from "./insert-around.ts";

/** The queue between the data plane and the ledger. */
export interface LedgerWriter extends UsageSink {
  /** Tries once to write all that was added before the call. Throws when storage fails; the records stay queued. */
  flush(): Promise<void>;
  stats(): LedgerStats;
  /** Flushes, tries again for at most `timeoutMs` (10 s by default), stops. What is left then counts as lost. */
  close(timeoutMs?: number): Promise<void>;
}

export interface LedgerStats {
  readonly queued: number;
  readonly written: number;
  /** Records given up: the queue was full, the process ended while storage was down, or the engine refused the record itself. */
  readonly lost: number;
  /** Failed attempts since the last success. */
  readonly failures: number;
}

export interface LedgerWriterOptions {
  readonly store: Pick<LedgerStore, "insert">;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Records kept while storage is down; 100,000 by default. */
  readonly capacity?: number;
  /** 200 by default. */
  readonly intervalMs?: number;
  /** Records an insert takes; 500 by default. On an embedded engine an insert holds up everything else meanwhile. */
  readonly batchSize?: number;
}

const longestRetryMs = 5_000;

/** Collects records and writes them in batches; while storage fails it keeps them and tries again ever more slowly. */
export function createLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  const { store, log, capacity = 100_000, intervalMs = 200, batchSize = 500 } = options;
  /** In order; all but the last are full, except what a failure put back. */
  const batches: UsageRecord[][] = [];
  let queued = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let draining: Promise<void> | undefined;
  let written = 0;
  let lost = 0;
  let failures = 0;
  let closed = false;

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
      if (queued > 0) schedule(failures === 0 ? intervalMs : retryDelay(failures, intervalMs));
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
      const [batch] = batches;
      const isLast = batches.length === 1;
      if (batch === undefined || (what === "full" && batch.length < batchSize)) return;
      batches.shift();
      try {
        const refused = await insertBatch(batch);
        queued -= batch.length;
        written += batch.length - refused;
        lost += refused;
      } catch (error) {
        batches.unshift(batch);
        throw error;
      }
      // Under load a rest grows at once; writing it again and again would make every insert a small one.
      if (isLast) return;
    }
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
        fields: { failures, queued },
        cause: known,
      });
      throw known;
    }
  }

  return {
    add(record) {
      if (queued >= capacity || closed) {
        if (lost === 0) log({ level: "error", event: "ledger_full", fields: { capacity } });
        lost++;
        return;
      }
      const last = batches.at(-1);
      if (last === undefined || last.length >= batchSize) batches.push([record]);
      else last.push(record);
      queued++;
      // While storage fails the retry timer sets the pace, not the arrivals.
      if (queued >= batchSize && draining === undefined && failures === 0) drain("full").catch(() => {});
      else schedule(intervalMs);
    },
    async flush() {
      // A drain that is under way may have passed by the last record; the second one has not.
      await draining;
      if (queued > 0) await drain("all");
    },
    stats: () => ({ queued, written, lost, failures }),
    async close(timeoutMs = 10_000) {
      const deadline = performance.now() + timeoutMs;
      while (queued > 0 || draining !== undefined) {
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
      lost += queued;
      if (queued > 0) log({ level: "error", event: "ledger_lost", fields: { records: queued } });
      batches.length = 0;
      queued = 0;
    },
  };
}

/** Milliseconds until the next attempt after this many failures. */
function retryDelay(failures: number, intervalMs: number): number {
  return Math.min(intervalMs * 2 ** Math.min(failures, 10), longestRetryMs);
}
