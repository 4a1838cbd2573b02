import { settledMs } from "./keys.ts";
import type { RedisCounts, Settlement } from "./redis-counts.ts";

interface Waiting {
  readonly settlement: Settlement;
  /** Milliseconds since the epoch, when Redis may have got it without saying so; undefined: it was never sent. */
  triedAt: number | undefined;
}

/** As many as calls can be under way in this process, and more. */
const most = 100_000;
/** Sent in one go: less than a command's timeout of Redis's time. */
const atOnce = 50;

/** Settlements that Redis has not confirmed. They are said again until it does; it counts each once. */
export class Outbox {
  readonly #counts: RedisCounts;
  readonly #waiting = new Set<Waiting>();
  readonly #now: () => number;
  #dropped = 0;

  constructor(counts: RedisCounts, now: () => number) {
    this.#counts = counts;
    this.#now = now;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Settlements that were given up since there were too many: what they reserved stays counted. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Micro-USD of a budget that were spent without having been reserved, and that Redis has not confirmed. */
  owed(counter: string): number {
    let sum = 0;
    for (const { settlement } of this.#waiting) {
      const index = settlement.demands.findIndex((demand) => demand.counter === counter);
      sum += Math.max(0, (settlement.used[index] ?? 0) - (settlement.demands[index]?.amount ?? 0));
    }
    return sum;
  }

  /** To be sent when Redis is back. */
  keep(settlement: Settlement, tried: "tried" | "not tried"): void {
    if (this.#waiting.size >= most) {
      this.#dropped++;
      return;
    }
    this.#waiting.add({ settlement, triedAt: tried === "tried" ? this.#now() : undefined });
  }

  /** Sends one now, and keeps it if nothing is heard. */
  async send(settlement: Settlement): Promise<void> {
    if (!(await this.#counts.settle(settlement))) this.keep(settlement, "tried");
  }

  /** Sends all that wait; false when Redis went away meanwhile. */
  async flush(): Promise<boolean> {
    const all = [...this.#waiting];
    for (let start = 0; start < all.length; start += atOnce) {
      const done = await Promise.all(all.slice(start, start + atOnce).map((each) => this.#repeat(each)));
      if (done.includes(false)) return false;
    }
    return true;
  }

  async #repeat(waiting: Waiting): Promise<boolean> {
    const { settlement, triedAt } = waiting;
    const now = this.#now();
    // Redis has forgotten by now whether it got it: counting twice would be worse than trusting that it did.
    const forgotten = triedAt !== undefined && now - triedAt > settledMs;
    const done = await this.#counts.settle(forgotten ? { ...settlement, whenUnknown: false } : settlement);
    if (done) this.#waiting.delete(waiting);
    else waiting.triedAt ??= now;
    return done;
  }
}
