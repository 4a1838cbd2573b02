import { PenstockError } from "../../errors/penstock-error.ts";
import type { UsageSink } from "../../plane/usage-record.ts";
import type { LedgerStore } from "../../storage/storage.ts";
import type { ServiceLogEntry } from "../service-context.ts";

/** The queue between the data plane and the ledger. */
export interface LedgerWriter extends UsageSink {
  /** Writes what is queued; resolves when all that was added before the call is stored or given up. */
  flush(): Promise<void>;
  stats(): LedgerStats;
  /** Flushes, tries for at most `timeoutMs` (10 s by default), stops. */
  close(timeoutMs?: number): Promise<void>;
}

export interface LedgerStats {
  readonly queued: number;
  readonly written: number;
  /** Records given up since the queue was full or the process ended while storage was down. */
  readonly lost: number;
  /** Failed attempts since the last success. */
  readonly failures: number;
}

export interface LedgerWriterOptions {
  readonly store: LedgerStore;
  readonly log: (entry: ServiceLogEntry) => void;
  /** Records kept while storage is down; 100,000 by default. */
  readonly capacity?: number;
  /** 200 by default. */
  readonly intervalMs?: number;
  /** 500 by default. */
  readonly batchSize?: number;
}

export function createLedgerWriter(options: LedgerWriterOptions): LedgerWriter {
  throw new PenstockError("internal", { cause: options });
}
