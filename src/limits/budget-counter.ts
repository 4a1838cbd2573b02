import type { Counter } from "./counter.ts";
import type { Demand, Level } from "./limit-store.ts";

/** Micro-USD of one period: what is spent, and what calls under way may spend. */
export class BudgetCounter implements Counter {
  readonly endsAt: number;
  #spent = 0;
  #reserved = 0;

  constructor(endsAt: number) {
    this.endsAt = endsAt;
  }

  fits({ amount, limit }: Demand): boolean {
    const taken = this.#spent + this.#reserved;
    return amount === 0 ? taken < limit : taken + amount <= limit;
  }

  take({ amount }: Demand): void {
    this.#reserved += amount;
  }

  settle({ amount }: Demand, _hold: unknown, used: number): void {
    this.#reserved -= amount;
    this.#spent += used;
  }

  renew(): void {}

  /** Micro-USD, without what is reserved. */
  get spent(): number {
    return this.#spent;
  }

  raise(spent: number): void {
    this.#spent = Math.max(this.#spent, spent);
  }

  level({ limit }: Demand, now: number): Level {
    const remaining = Math.max(0, limit - this.#spent - this.#reserved);
    return { remaining, resetMs: Math.max(0, this.endsAt - now) };
  }

  retryMs(_demand: Demand, now: number): number {
    return Math.max(0, this.endsAt - now);
  }

  isIdle(now: number): boolean {
    return now >= this.endsAt;
  }
}
