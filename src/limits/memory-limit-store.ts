import { BudgetCounter } from "./budget-counter.ts";
import type { BudgetObserver } from "./budget-observer.ts";
import { ConcurrencyCounter } from "./concurrency-counter.ts";
import type { Counter, Hold } from "./counter.ts";
import type { Claim, Demand, Level, LimitStore, Seed, Verdict } from "./limit-store.ts";
import { MinuteCounter } from "./minute-counter.ts";

/** Milliseconds between two looks for what is over. */
const sweepMs = 60_000;
/** Milliseconds that a claim can be settled after its lease has run out: a machine that slept still tells what it used. */
const graceMs = 3_600_000;

/** Counts in this process: no other process knows of it, and it is gone when this one ends. Every answer is given at once. */
export class MemoryLimitStore implements LimitStore {
  readonly #counters = new Map<string, Counter>();
  readonly #holds = new Map<string, Hold>();
  #nextSweep = 0;
  /** A clock that is set back would take from windows that are over. */
  #latest = 0;
  readonly #observer: BudgetObserver | undefined;

  constructor({ observer }: { readonly observer?: BudgetObserver } = {}) {
    this.#observer = observer;
  }

  reserve(demands: readonly Demand[], claim: Claim): Verdict {
    const { id, now, leaseMs } = claim;
    this.#latest = Math.max(this.#latest, now);
    if (now >= this.#nextSweep) this.#sweep(now);
    // Plain loops here and below: each request comes through twice, and `map` and `entries` leave garbage.
    for (const demand of demands) {
      const counter = this.#counter(demand, now);
      if (counter.fits(demand, now)) continue;
      const retryMs = counter.retryMs(demand, now);
      if (counter instanceof BudgetCounter) this.#observer?.refused(demand, counter.spent);
      const refused = demands.indexOf(demand);
      return { admitted: false, refused, retryMs, levels: this.peek(demands, now) };
    }
    const hold: Hold = { claim: id, takenAt: this.#latest, expiresAt: now + leaseMs };
    this.#holds.set(id, hold);
    const levels: Level[] = [];
    for (const demand of demands) {
      const counter = this.#counter(demand, now);
      counter.take(demand, hold);
      levels.push(counter.level(demand, now));
    }
    return { admitted: true, refused: undefined, retryMs: 0, levels };
  }

  settle(demands: readonly Demand[], claim: Claim, used: readonly number[]): void {
    const hold = this.#holds.get(claim.id);
    if (hold === undefined) return;
    this.#holds.delete(claim.id);
    let index = 0;
    for (const demand of demands) {
      const counter = this.#counters.get(demand.counter);
      const amount = used[index++] ?? 0;
      counter?.settle(demand, hold, amount);
      if (counter instanceof BudgetCounter) this.#observer?.charged(demand, counter.spent);
    }
  }

  renew(demands: readonly Demand[], claim: Claim, now: number): void {
    const hold = this.#holds.get(claim.id);
    if (hold === undefined) return;
    const renewed: Hold = { ...hold, expiresAt: now + claim.leaseMs };
    this.#holds.set(claim.id, renewed);
    for (const { counter } of demands) this.#counters.get(counter)?.renew(renewed);
  }

  peek(demands: readonly Demand[], now: number): readonly Level[] {
    return demands.map((demand) => this.#counter(demand, now).level(demand, now));
  }

  seed(budgets: readonly Seed[]): void {
    for (const { counter: name, spent, endsAt } of budgets) {
      const counter = this.#counters.get(name) ?? new BudgetCounter(endsAt);
      this.#counters.set(name, counter);
      if (counter instanceof BudgetCounter) counter.raise(spent);
    }
  }

  /** How many counts and claims are kept in memory. */
  size(): { readonly counters: number; readonly claims: number } {
    return { counters: this.#counters.size, claims: this.#holds.size };
  }

  #counter(demand: Demand, now: number): Counter {
    const known = this.#counters.get(demand.counter);
    if (known !== undefined) return known;
    const made = make(demand, now);
    this.#counters.set(demand.counter, made);
    return made;
  }

  #sweep(now: number): void {
    this.#nextSweep = now + sweepMs;
    for (const [name, counter] of this.#counters) if (counter.isIdle(now)) this.#counters.delete(name);
    for (const [id, { expiresAt }] of this.#holds) if (expiresAt + graceMs <= now) this.#holds.delete(id);
  }
}

function make({ kind, endsAt }: Demand, now: number): Counter {
  if (kind === "minute") return new MinuteCounter();
  if (kind === "concurrency") return new ConcurrencyCounter();
  return new BudgetCounter(endsAt ?? now + 366 * 86_400_000);
}
