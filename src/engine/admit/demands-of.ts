import { demandOf, type Gauge, type LimitRule, microUsd } from "../../limits/limit-rule.ts";
import type { Demand } from "../../limits/limit-store.ts";
import type { AdmissionRequest } from "../admission.ts";
import type { Estimate } from "./estimate.ts";

/** One demand, and whose limit it is about. */
export interface Ask {
  readonly rule: LimitRule;
  readonly gauge: Gauge;
  readonly demand: Demand;
  /** The provider's limit, not the caller's. */
  readonly ofProvider: boolean;
}

/** The limits that hold for a call; undefined: none, and nothing need be worked out. */
export function rulesOf({ call, target }: AdmissionRequest): Rules | undefined {
  const own = call.key.limits;
  const provider = call.key.org.limits?.providers?.get(target.provider.config.id);
  return own === undefined && provider === undefined ? undefined : { own: own ?? [], provider };
}

export interface Rules {
  /** The caller's, the narrowest first. */
  readonly own: readonly LimitRule[];
  readonly provider: LimitRule | undefined;
}

/** What the call asks of each of them, the caller's own first: who is at fault is told in this order. */
export function demandsOf(
  request: AdmissionRequest,
  rules: Rules,
  { estimate, now }: { readonly estimate: Estimate; readonly now: number },
): Ask[] {
  const asks: Ask[] = [];
  const add = (rule: LimitRule, ofProvider: boolean) => {
    for (const gauge of rule.gauges) {
      // A retry is no further request of the caller's, but one more of the provider's.
      if (gauge.measure === "requests_per_minute" && !ofProvider && request.attempt > 0) continue;
      const amount = amountOf(gauge, request, estimate);
      if (amount === undefined) continue;
      asks.push({ rule, gauge, demand: demandOf(gauge, amount, now), ofProvider });
    }
  };
  for (const rule of rules.own) add(rule, false);
  if (rules.provider !== undefined) add(rules.provider, true);
  return asks;
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
