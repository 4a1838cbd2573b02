import type { Counter, Hold } from "./counter.ts";
import type { Demand, Level } from "./limit-store.ts";

/** What is held at one time, each claim until it is settled or its lease runs out. */
export class ConcurrencyCounter implements Counter {
  readonly #held = new Map<string, { amount: number; expiresAt: number }>();
  #count = 0;
  /** No lease ends before this. */
  #nextEnd = Number.POSITIVE_INFINITY;

  fits({ amount, limit }: Demand, now: number): boolean {
    this.#release(now);
    return amount === 0 ? this.#count < limit : this.#count + amount <= limit;
  }

  take({ amount }: Demand, { claim, expiresAt }: Hold): void {
    this.#held.set(claim, { amount, expiresAt });
    this.#count += amount;
    this.#nextEnd = Math.min(this.#nextEnd, expiresAt);
  }

  settle(_demand: Demand, { claim }: Hold): void {
    const held = this.#held.get(claim);
    if (held === undefined) return;
    this.#held.delete(claim);
    this.#count -= held.amount;
  }

  renew({ claim, expiresAt }: Hold): void {
    const held = this.#held.get(claim);
    if (held !== undefined) held.expiresAt = Math.max(held.expiresAt, expiresAt);
  }

  level({ limit }: Demand, now: number): Level {
    this.#release(now);
    return { remaining: Math.max(0, limit - this.#count), resetMs: 0 };
  }

  /** When a call ends is not known. */
  retryMs(): number {
    return 0;
  }

  isIdle(now: number): boolean {
    this.#release(now);
    return this.#held.size === 0;
  }

  #release(now: number): void {
    if (now < this.#nextEnd) return;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const [claim, { amount, expiresAt }] of this.#held) {
      if (expiresAt > now) this.#nextEnd = Math.min(this.#nextEnd, expiresAt);
      else {
        this.#held.delete(claim);
        this.#count -= amount;
      }
    }
  }
}
