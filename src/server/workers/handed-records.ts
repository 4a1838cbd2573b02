import type { UsageRecord, UsageSink } from "../../plane/usage-record.ts";
import type { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";

/** Records kept until the primary has written them; at some hundred bytes each. */
const keptAtMost = 50_000;

/** Hands usage records to the primary, and keeps each until that has it where nothing loses it. */
export class HandedRecords implements UsageSink {
  readonly #channel: Channel<WorkerSays, PrimarySays>;
  readonly #fallback: UsageSink;
  /** By number, in order: what may not be written yet. */
  readonly #unwritten = new Map<number, UsageRecord>();
  #last = 0;
  #alone = false;

  /** `fallback`: where records go when the primary is gone; the ledger takes each request once. */
  constructor(channel: Channel<WorkerSays, PrimarySays>, fallback: UsageSink) {
    this.#channel = channel;
    this.#fallback = fallback;
  }

  add(record: UsageRecord): void {
    if (this.#alone) {
      this.#fallback.add(record);
      return;
    }
    const number = ++this.#last;
    this.#unwritten.set(number, record);
    this.#channel.tell("record", { number, record });
    if (this.#unwritten.size > keptAtMost) this.#forgetOldest();
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

  /** The primary holds those too; only that it should be killed as well could lose them. */
  #forgetOldest(): void {
    const [oldest] = this.#unwritten.keys();
    if (oldest !== undefined) this.#unwritten.delete(oldest);
  }
}
