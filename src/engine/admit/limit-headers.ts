import type { Ask } from "../../limits/ask.ts";
import type { LimitMeasure } from "../../limits/gauge.ts";
import { usdText } from "../../limits/usd-text.ts";
import type { Reservation } from "./reservation.ts";
import { DurationText, TimeText } from "./time-text.ts";

/**
 * Adds what is left, of each kind where the least is: `x-ratelimit-…` as OpenAI's clients read it, `anthropic-ratelimit-…` besides
 * for those of Messages, and `x-penstock-…` for what no vendor has a header for. Nothing of limits whose level is not known.
 */
export function addLimitHeaders(headers: Record<string, string>, reservation: Reservation): void {
  const { asks, claim } = reservation;
  const isMessages = reservation.request.call.surface.id === "anthropic-messages";
  for (const rate of rates) {
    const tightest = tightestOf(asks, rate.measure);
    if (tightest?.level === undefined) continue;
    const { gauge, level } = tightest;
    const remaining = String(level.remaining);
    headers[rate.limit] = gauge.limitText;
    headers[rate.remaining] = remaining;
    headers[rate.reset] = untilWindowEnd.of(level.resetMs);
    if (!isMessages) continue;
    headers[rate.anthropicLimit] = gauge.limitText;
    headers[rate.anthropicRemaining] = remaining;
    headers[rate.anthropicReset] = windowEnd.of(claim.now + level.resetMs);
  }
  const calls = tightestOf(asks, "concurrency");
  if (calls?.level !== undefined) {
    headers["x-penstock-concurrency-limit"] = calls.gauge.limitText;
    headers["x-penstock-concurrency-remaining"] = String(calls.level.remaining);
  }
  const budget = tighterOf(tightestOf(asks, "day_usd"), tightestOf(asks, "month_usd"));
  if (budget?.level !== undefined) {
    headers["x-penstock-budget-period"] = budget.gauge.measure === "day_usd" ? "day" : "month";
    headers["x-penstock-budget-limit"] = budget.gauge.limitText;
    headers["x-penstock-budget-remaining"] = usdText(budget.level.remaining);
    headers["x-penstock-budget-reset"] = periodEnd.of(claim.now + budget.level.resetMs);
  }
}

const untilWindowEnd = new DurationText();
const windowEnd = new TimeText();
const periodEnd = new TimeText();

/** Written out: a name put together is a new string, hashed anew, in each answer. */
const rates = [
  {
    measure: "requests_per_minute",
    limit: "x-ratelimit-limit-requests",
    remaining: "x-ratelimit-remaining-requests",
    reset: "x-ratelimit-reset-requests",
    anthropicLimit: "anthropic-ratelimit-requests-limit",
    anthropicRemaining: "anthropic-ratelimit-requests-remaining",
    anthropicReset: "anthropic-ratelimit-requests-reset",
  },
  {
    measure: "tokens_per_minute",
    limit: "x-ratelimit-limit-tokens",
    remaining: "x-ratelimit-remaining-tokens",
    reset: "x-ratelimit-reset-tokens",
    anthropicLimit: "anthropic-ratelimit-tokens-limit",
    anthropicRemaining: "anthropic-ratelimit-tokens-remaining",
    anthropicReset: "anthropic-ratelimit-tokens-reset",
  },
] as const;

/** Of the caller's own numbers of this kind the one with the least left. */
function tightestOf(asks: readonly Ask[], measure: LimitMeasure): Ask | undefined {
  let tightest: Ask | undefined;
  for (const ask of asks)
    if (ask.gauge.measure === measure && !ask.gauge.isProviders) tightest = tighterOf(tightest, ask);
  return tightest;
}

/** The first where both are as tight. */
function tighterOf(first: Ask | undefined, second: Ask | undefined): Ask | undefined {
  if (first?.level === undefined) return second;
  return second?.level !== undefined && second.level.remaining < first.level.remaining ? second : first;
}
