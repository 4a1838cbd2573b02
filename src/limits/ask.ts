import type { Count, Gauge } from "./gauge.ts";
import type { CounterKind, Demand, Level } from "./limit-store.ts";

/** What one call needs of one gauge, and how full that is once it was asked. */
export class Ask implements Demand {
  readonly counter: string;
  readonly kind: CounterKind;
  readonly limit: number;
  readonly amount: number;
  readonly endsAt: number | undefined;
  // Private, since stores copy demands and send them to other processes: they see a demand and nothing else.
  readonly #gauge: Gauge;
  #level: Level | undefined;

  /** An amount of 0 only looks. */
  constructor({ gauge, counter, endsAt }: Count, amount: number) {
    this.counter = counter;
    this.kind = gauge.kind;
    this.limit = gauge.limit;
    this.amount = amount;
    this.endsAt = endsAt;
    this.#gauge = gauge;
  }

  get gauge(): Gauge {
    return this.#gauge;
  }

  /** How full the count was when it was asked; undefined before. */
  get level(): Level | undefined {
    return this.#level;
  }

  set level(level: Level | undefined) {
    this.#level = level;
  }
}
