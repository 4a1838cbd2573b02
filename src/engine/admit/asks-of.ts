import { Ask } from "../../limits/ask.ts";
import type { Gauge } from "../../limits/gauge.ts";
import { type LimitRule, microUsd } from "../../limits/limit-rule.ts";
import type { AdmissionRequest } from "../admission.ts";
import type { Estimate } from "./estimate.ts";

/**
 * The limits that hold for a call: the caller's, the narrowest first, then the provider's. Who is at fault is told in this order.
 * Undefined: there is none, and nothing need be worked out.
 */
export function rulesOf({ call, target }: AdmissionRequest): readonly LimitRule[] | undefined {
  const own = call.key.limits;
  const provider = call.key.org.limits?.providers?.get(target.provider.config.id);
  if (provider === undefined) return own;
  return own === undefined ? [provider] : [...own, provider];
}

/** What the call asks of each of them. `now`: milliseconds since the epoch. */
export function asksOf(
  request: AdmissionRequest,
  rules: readonly LimitRule[],
  { estimate, now }: { readonly estimate: Estimate; readonly now: number },
): Ask[] {
  const asks: Ask[] = [];
  for (const rule of rules) {
    for (const gauge of rule.gauges) {
      // A retry is no further request of the caller's, but one more of the provider's.
      if (gauge.measure === "requests_per_minute" && !gauge.isProviders && request.attempt > 0) continue;
      const amount = amountOf(gauge, request, estimate);
      if (amount !== undefined) asks.push(new Ask(gauge.countAt(now), amount));
    }
  }
  return asks;
}

/** A budget that the call would spend of, nobody knows how much. */
export function isUnpriced({ kind, gauge }: Ask, { costUsd }: Estimate): boolean {
  return kind === "budget" && costUsd === undefined && gauge.config.allowUnpriced !== true;
}

/** Undefined: the call uses nothing of it. */
function amountOf(
  { kind, measure }: Gauge,
  { call, target }: AdmissionRequest,
  { tokens, costUsd }: Estimate,
): number | undefined {
  if (kind === "concurrency" || measure === "requests_per_minute") return 1;
  // Counting the tokens of a request runs no model.
  if (call.operation === "count_tokens") return undefined;
  if (kind === "minute") return tokens;
  // What this server answers itself costs nobody anything.
  if (target.provider.driver?.respond !== undefined) return undefined;
  // Nor does a model whose price is nothing; one without a price may yet tell a cost, and needs something to be left.
  return costUsd === 0 ? undefined : microUsd(costUsd ?? 0);
}
