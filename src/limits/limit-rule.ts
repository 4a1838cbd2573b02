import type { LimitConfig, LimitSubject } from "../plane/limit-config.ts";
import { type BudgetPeriod, periodAt } from "./budget-period.ts";
import type { Demand } from "./limit-store.ts";

/** One number of a limit, under the name it has in the API. */
export type LimitMeasure =
  | "requests_per_minute"
  | "tokens_per_minute"
  | "concurrency"
  | "day_usd"
  | "month_usd";

/** One number of a limit, ready to be counted. */
export interface Gauge {
  readonly measure: LimitMeasure;
  readonly kind: Demand["kind"];
  /** Requests, tokens, calls, or micro-USD. */
  readonly limit: number;
  /** Budgets are counted by period: this and the period's name. */
  readonly counter: string;
  readonly period: BudgetPeriod["kind"] | undefined;
}

/** A limit, ready to be asked. */
export interface LimitRule {
  readonly config: LimitConfig;
  readonly gauges: readonly Gauge[];
}

/** Micro-USD of an amount in USD, rounded up: what is spent is never told as less. */
export function microUsd(usd: number): number {
  // Floating point makes 0.07 of 70,000.00000000001 micro-USD; that is no micro-USD more.
  return Math.max(0, Math.ceil(usd * 1e6 - 1e-3));
}

/**
 * Prepares a limit. Counters are named after the subject, not the limit: one that is removed and set again goes on counting
 * where it was.
 */
export function limitRule(orgId: string, config: LimitConfig): LimitRule {
  const prefix = `${orgId}/${subjectName(config.subject)}`;
  const { requestsPerMinute, tokensPerMinute, concurrency, dayUsd, monthUsd } = config;
  const gauges: Gauge[] = [];
  const add = (
    limit: number | undefined,
    gauge: Omit<Gauge, "limit" | "counter"> & { readonly name: string },
  ) => {
    if (limit === undefined) return;
    const { name, ...rest } = gauge;
    gauges.push({ ...rest, limit, counter: `${prefix}.${name}` });
  };
  // Rounded down, as what is spent is rounded up: neither may let more out than was meant.
  const usd = (amount: number | undefined) =>
    amount === undefined ? undefined : Math.floor(amount * 1e6 + 1e-3);
  add(requestsPerMinute, { measure: "requests_per_minute", kind: "minute", name: "rpm", period: undefined });
  add(tokensPerMinute, { measure: "tokens_per_minute", kind: "minute", name: "tpm", period: undefined });
  add(concurrency, { measure: "concurrency", kind: "concurrency", name: "calls", period: undefined });
  add(usd(dayUsd), { measure: "day_usd", kind: "budget", name: "usd", period: "day" });
  add(usd(monthUsd), { measure: "month_usd", kind: "budget", name: "usd", period: "month" });
  return { config, gauges };
}

/** What a call, or somebody who looks, asks of one number at `now`, milliseconds since the epoch. */
export function demandOf(gauge: Gauge, amount: number, now: number): Demand {
  const { kind, limit, counter } = gauge;
  if (gauge.period === undefined) return { counter, kind, limit, amount };
  const { name, endsAt } = periodAt(gauge.period, now);
  return { counter: `${counter}.${name}`, kind, limit, amount, endsAt };
}

function subjectName(subject: LimitSubject): string {
  switch (subject.kind) {
    case "org":
      return "org";
    case "provider":
    case "key":
      return subject.id;
    case "agent":
      return `agent:${subject.agent}`;
    case "agent_role":
      return `agent:${subject.agent}:${subject.role}`;
  }
}
