import type { UsageRecord } from "../../plane/usage-record.ts";
import type { Spool, SpoolRange } from "./spool/spool.ts";
import type { SpoolSegment } from "./spool/spool-segment.ts";

/** Records that are inserted together, in the order they came. */
export interface Batch {
  /** Undefined: in the spool's file alone. */
  readonly records: UsageRecord[] | undefined;
  count: number;
  /** Undefined: in memory alone, since the spool had no room. */
  range: SpoolRange | undefined;
}

export interface LedgerQueueOptions {
  readonly spool: Spool | undefined;
  /** Records of a batch. */
  readonly batchSize: number;
  /** Records held in memory that the spool has no room for. */
  readonly capacity: number;
  /** Records held in memory although they are in the spool, so that they need not be read back. */
  readonly held: number;
}

/** What waits for the database: in memory and in the spool while it is short, in the spool alone when it grows. */
export class LedgerQueue {
  readonly #options: LedgerQueueOptions;
  readonly #batches: Batch[] = [];
  /** Taken and not yet settled; in front of all others. */
  #taken: Batch | undefined;
  #inMemory = 0;
  /** All records that wait. */
  length = 0;
  /** Those of them that a crash would lose. */
  unspooled = 0;

  constructor(options: LedgerQueueOptions) {
    this.#options = options;
  }

  /** False: there is room nowhere, the record is given up. */
  add(record: UsageRecord): boolean {
    const { spool, capacity, held } = this.#options;
    const segment = spool?.append(record);
    if (segment === undefined && this.unspooled >= capacity) return false;
    const inMemory = segment === undefined || this.#inMemory < held;
    const batch = this.#batchFor(segment, inMemory);
    batch.count++;
    batch.records?.push(record);
    if (segment === undefined) this.unspooled++;
    else if (batch.range === undefined)
      batch.range = { segment, start: segment.lastStart, end: segment.size };
    else batch.range.end = segment.size;
    if (inMemory) this.#inMemory++;
    this.length++;
    return true;
  }

  /** The oldest batch, or undefined when there is none (`all`) or none that is full. */
  take(what: "all" | "full"): { readonly batch: Batch; readonly isLast: boolean } | undefined {
    const [batch] = this.#batches;
    const isLast = this.#batches.length === 1;
    const isShort = isLast && batch !== undefined && batch.count < this.#options.batchSize;
    if (batch === undefined || (what === "full" && isShort)) return undefined;
    this.#batches.shift();
    this.#taken = batch;
    return { batch, isLast };
  }

  recordsOf(batch: Batch): readonly UsageRecord[] {
    if (batch.records !== undefined) return batch.records;
    return batch.range === undefined ? [] : (this.#options.spool?.read(batch.range) ?? []);
  }

  /** The taken batch is in the database. */
  settle(batch: Batch): void {
    this.#taken = undefined;
    this.length -= batch.count;
    if (batch.records !== undefined) this.#inMemory -= batch.count;
    if (batch.range === undefined) this.unspooled -= batch.count;
    else this.#options.spool?.settle(batch.range, batch.count);
  }

  /** The taken batch could not be written. */
  putBack(batch: Batch): void {
    this.#taken = undefined;
    this.#batches.unshift(batch);
  }

  /** Everything that waits, oldest first. */
  *waiting(): Generator<UsageRecord> {
    if (this.#taken !== undefined) yield* this.recordsOf(this.#taken);
    for (const batch of this.#batches) yield* this.recordsOf(batch);
  }

  /** Tries to get what is in memory alone into the spool: the process is about to end. */
  spoolRest(): void {
    for (const batch of this.#batches) {
      if (batch.range !== undefined || batch.records === undefined) continue;
      for (const record of batch.records) {
        if (this.#options.spool?.append(record) === undefined) return;
        this.unspooled--;
      }
    }
  }

  clear(): void {
    this.#batches.length = 0;
    this.#inMemory = 0;
    this.length = 0;
    this.unspooled = 0;
  }

  #batchFor(segment: SpoolSegment | undefined, inMemory: boolean): Batch {
    const last = this.#batches.at(-1);
    const fits =
      last !== undefined &&
      last.count < this.#options.batchSize &&
      last.range?.segment === segment &&
      (last.records !== undefined) === inMemory;
    if (fits) return last;
    const batch: Batch = { records: inMemory ? [] : undefined, count: 0, range: undefined };
    this.#batches.push(batch);
    return batch;
  }
}
