import type { Counter, Hold } from "./counter.ts";
import type { Demand, Level } from "./limit-store.ts";

const windowMs = 60_000;

/**
 * A sliding minute of two windows: what the one before counted weighs as much as of it lies in the last 60 seconds. Sums are
 * multiplied by the window's length instead of divided, so they are exact for limits up to 10^11.
 */
export class MinuteCounter implements Counter {
  #window = 0;
  #current = 0;
  #previous = 0;

  fits({ amount, limit }: Demand, now: number): boolean {
    const weighed = this.#weighed(this.#roll(now)) + amount * windowMs;
    return amount === 0 ? weighed < limit * windowMs : weighed <= limit * windowMs;
  }

  take({ amount }: Demand, { takenAt }: Hold): void {
    this.#roll(takenAt);
    this.#current += amount;
  }

  /** What was taken in a window that is over no longer counts, and neither does its correction. */
  settle({ amount }: Demand, { takenAt }: Hold, used: number): void {
    const age = this.#window - Math.floor(takenAt / windowMs);
    if (age === 0) this.#current = Math.max(0, this.#current + used - amount);
    else if (age === 1) this.#previous = Math.max(0, this.#previous + used - amount);
  }

  renew(): void {}

  level(demand: Demand, now: number): Level {
    const elapsed = this.#roll(now);
    const left = demand.limit * windowMs - this.#weighed(elapsed);
    return {
      remaining: Math.max(0, Math.floor(left / windowMs)),
      resetMs: this.#untilEmpty(elapsed),
    };
  }

  retryMs({ limit, amount }: Demand, now: number): number {
    const elapsed = this.#roll(now);
    // Asking for nothing waits until one is left.
    const wanted = Math.max(amount, 1);
    const room = limit - this.#current - wanted;
    if (room >= 0) return Math.max(1, momentOf(room, this.#previous) - elapsed);
    if (limit < wanted) return this.#untilEmpty(elapsed);
    return windowMs - elapsed + momentOf(limit - wanted, this.#current);
  }

  isIdle(now: number): boolean {
    this.#roll(now);
    return this.#current === 0 && this.#previous === 0;
  }

  /** Moves on to the window of `now`; the milliseconds of it that are over. */
  #roll(now: number): number {
    const window = Math.floor(now / windowMs);
    if (window > this.#window) {
      this.#previous = window === this.#window + 1 ? this.#current : 0;
      this.#current = 0;
      this.#window = window;
    }
    return Math.max(0, now - this.#window * windowMs);
  }

  #weighed(elapsed: number): number {
    return this.#current * windowMs + this.#previous * (windowMs - elapsed);
  }

  #untilEmpty(elapsed: number): number {
    if (this.#current > 0) return 2 * windowMs - elapsed;
    return this.#previous > 0 ? windowMs - elapsed : 0;
  }
}

/** The first millisecond of a window at which what the one before counted weighs no more than `room`. */
function momentOf(room: number, before: number): number {
  return before === 0 ? 0 : Math.max(0, windowMs - Math.floor((room * windowMs) / before));
}
