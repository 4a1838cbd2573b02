import type { LimitMeasure } from "../../limits/limit-rule.ts";
import type { Level } from "../../limits/limit-store.ts";
import type { ProtocolId } from "../../wire/neutral/protocol-id.ts";

/** One number that holds for the caller, and how full it is. */
export interface CallerLevel {
  readonly measure: LimitMeasure;
  /** Requests, tokens, calls, or micro-USD. */
  readonly limit: number;
  readonly level: Level;
}

/**
 * What is left, of each kind where the least is: `x-ratelimit-…` as OpenAI's clients read it, `anthropic-ratelimit-…` besides for
 * those of Messages, and `x-penstock-…` for what no vendor has a header for. `now`: milliseconds since the epoch.
 */
export function limitHeaders(
  levels: readonly CallerLevel[],
  { surface, now }: { readonly surface: ProtocolId; readonly now: number },
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [measure, noun] of rates) {
    const tightest = tightestOf(levels, measure);
    if (tightest === undefined) continue;
    const { limit, level } = tightest;
    headers[`x-ratelimit-limit-${noun}`] = String(limit);
    headers[`x-ratelimit-remaining-${noun}`] = String(level.remaining);
    headers[`x-ratelimit-reset-${noun}`] = duration(level.resetMs);
    if (surface !== "anthropic-messages") continue;
    headers[`anthropic-ratelimit-${noun}-limit`] = String(limit);
    headers[`anthropic-ratelimit-${noun}-remaining`] = String(level.remaining);
    headers[`anthropic-ratelimit-${noun}-reset`] = timeOf(now + level.resetMs);
  }
  const calls = tightestOf(levels, "concurrency");
  if (calls !== undefined) {
    headers["x-penstock-concurrency-limit"] = String(calls.limit);
    headers["x-penstock-concurrency-remaining"] = String(calls.level.remaining);
  }
  const day = tightestOf(levels, "day_usd");
  const month = tightestOf(levels, "month_usd");
  const budget = day === undefined || (month && month.level.remaining < day.level.remaining) ? month : day;
  if (budget !== undefined) {
    headers["x-penstock-budget-period"] = budget.measure === "day_usd" ? "day" : "month";
    headers["x-penstock-budget-limit"] = usd(budget.limit);
    headers["x-penstock-budget-remaining"] = usd(budget.level.remaining);
    headers["x-penstock-budget-reset"] = timeOf(now + budget.level.resetMs);
  }
  return headers;
}

/** Micro-USD as USD with all its digits and no more. */
export function usd(micro: number): string {
  const text = (micro / 1e6).toFixed(6).replace(/0+$/, "");
  return text.endsWith(".") ? `${text}00` : text.replace(/\.(\d)$/, ".$10");
}

/** A time in whole seconds, rounded up: whoever waits until then has waited enough. */
export function timeOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds !== last.seconds) {
    last.seconds = seconds;
    last.text = new Date(seconds * 1000).toISOString().replace(".000", "");
  }
  return last.text;
}

/** The end of a budget's period is the same for call after call. */
const last = { seconds: 0, text: "1970-01-01T00:00:00Z" };

const rates: readonly (readonly [LimitMeasure, string])[] = [
  ["requests_per_minute", "requests"],
  ["tokens_per_minute", "tokens"],
];

function tightestOf(levels: readonly CallerLevel[], measure: LimitMeasure): CallerLevel | undefined {
  let tightest: CallerLevel | undefined;
  for (const each of levels) {
    if (each.measure !== measure) continue;
    if (tightest === undefined || each.level.remaining < tightest.level.remaining) tightest = each;
  }
  return tightest;
}

/** As OpenAI writes it: `20ms`, `6s`, `1m59s`. */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
