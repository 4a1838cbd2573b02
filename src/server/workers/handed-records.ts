import type { UsageRecord, UsageSink } from "../../plane/usage-record.ts";
import type { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

/**
 * Records that fit into the pipe in any case, and so outlive this process. When more are on their way the primary does not keep up,
 * and what is told may still wait in this process's memory.
 */
const surelyTold = 48;
/** Records on their way; what comes beyond is only written down here, for a primary that is stuck must not cost memory. */
const toldAtMost = 5_000;

/**
 * Hands usage records to the primary, and keeps each until that has it where nothing loses it. While the primary does not keep up
 * this process writes them down as well: the ledger takes each request once.
 */
export class HandedRecords implements UsageSink {
  readonly #channel: Channel<WorkerSays, PrimarySays>;
  readonly #fallback: UsageSink;
  /** By number, in order: what may not be written yet. */
  readonly #unwritten = new Map<number, UsageRecord>();
  #last = 0;
  #alone = false;

  /** `fallback`: this process's own way to the ledger. */
  constructor(channel: Channel<WorkerSays, PrimarySays>, fallback: UsageSink) {
    this.#channel = channel;
    this.#fallback = fallback;
  }

  add(record: UsageRecord): void {
    if (this.#alone) {
      this.#fallback.add(record);
      return;
    }
    if (this.behind) this.#fallback.add(record);
    if (this.#unwritten.size >= toldAtMost) return;
    const number = ++this.#last;
    this.#unwritten.set(number, record);
    this.#channel.tell("record", { number, record });
  }

  /** The primary does not keep up: what else it is told may stay in this process's memory for long. */
  get behind(): boolean {
    return this.#unwritten.size >= surelyTold;
  }

  written(upTo: number): void {
    for (const number of this.#unwritten.keys()) {
      if (number > upTo) return;
      this.#unwritten.delete(number);
    }
  }

  /** The primary is gone: from now on, and for all it may not have written, this process does it itself. */
  takeOver(): void {
    if (this.#alone) return;
    this.#alone = true;
    for (const record of this.#unwritten.values()) this.#fallback.add(record);
    this.#unwritten.clear();
  }
}
