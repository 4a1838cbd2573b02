import type { LimitConfig } from "../plane/limit-config.ts";
import { type BudgetPeriod, periodAt } from "./budget-period.ts";
import type { CounterKind } from "./limit-store.ts";
import { usdText } from "./usd-text.ts";

/** One number of a limit, under the name it has in the API. */
export type LimitMeasure =
  | "requests_per_minute"
  | "tokens_per_minute"
  | "concurrency"
  | "day_usd"
  | "month_usd";

/** One count of a gauge: of a budget, that of one period. */
export interface Count {
  readonly gauge: Gauge;
  /** As `Demand` names it. */
  readonly counter: string;
  /** Milliseconds since the epoch, when a period ends. */
  readonly endsAt: number | undefined;
}

/** What a gauge is made of. */
export type GaugeFacts = Pick<Gauge, "config" | "measure" | "kind" | "limit" | "counter" | "period">;

/** One number of a limit, ready to be asked. Every call asks, so it keeps what is the same for all of them. */
export class Gauge {
  /** The limit that it is a number of. */
  readonly config: LimitConfig;
  readonly measure: LimitMeasure;
  readonly kind: CounterKind;
  /** Requests, tokens, calls, or micro-USD. */
  readonly limit: number;
  /** Requests, tokens, calls, or USD. */
  readonly limitText: string;
  /** Budgets are counted by period: this and the period's name. */
  readonly counter: string;
  readonly period: BudgetPeriod["kind"] | undefined;
  #count: Count;

  constructor({ config, measure, kind, limit, counter, period }: GaugeFacts) {
    this.config = config;
    this.measure = measure;
    this.kind = kind;
    this.limit = limit;
    this.limitText = kind === "budget" ? usdText(limit) : String(limit);
    this.counter = counter;
    this.period = period;
    this.#count = { gauge: this, counter, endsAt: undefined };
  }

  /** The limit of a provider, not of its callers. */
  get isProviders(): boolean {
    return this.config.subject.kind === "provider";
  }

  /** What `now`, milliseconds since the epoch, counts for. */
  countAt(now: number): Count {
    if (this.period === undefined) return this.#count;
    const { name, endsAt } = periodAt(this.period, now);
    if (this.#count.endsAt !== endsAt)
      this.#count = { gauge: this, counter: `${this.counter}.${name}`, endsAt };
    return this.#count;
  }
}
