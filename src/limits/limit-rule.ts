import type { LimitConfig, LimitSubject } from "../plane/limit-config.ts";
import { Gauge, type GaugeFacts } from "./gauge.ts";

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
    { name, ...facts }: Pick<GaugeFacts, "measure" | "kind" | "period"> & { readonly name: string },
  ) => {
    if (limit !== undefined)
      gauges.push(new Gauge({ ...facts, config, limit, counter: `${prefix}.${name}` }));
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
