import { PenstockError } from "../../errors/penstock-error.ts";
import { type LimitMeasure, microUsd } from "../../limits/limit-rule.ts";
import type { Demand, LimitStore, Verdict } from "../../limits/limit-store.ts";
import type { LimitSubject } from "../../plane/limit-config.ts";
import { totalInput } from "../../wire/neutral/usage.ts";
import type { Admission, AdmissionRequest, Lease } from "../admission.ts";
import type { Watchdog } from "../watchdog.ts";
import { type Ask, demandsOf, type Rules, rulesOf } from "./demands-of.ts";
import { estimateCall } from "./estimate.ts";
import { LeaseBook, leaseMs } from "./lease-book.ts";
import { type CallerLevel, limitHeaders } from "./limit-headers.ts";
import { refusal, unpriced } from "./refusal.ts";

/** What admission takes from outside. */
export interface AdmissionParts {
  readonly store: LimitStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly watchdog: Watchdog;
  /**
   * Resolves when the store knows what was spent of these budgets before; undefined: it does. Rejects with `PenstockError` when that
   * cannot be found out: nobody is let in then.
   */
  readonly seeded?: (orgId: string, budgets: readonly Demand[]) => Promise<void> | undefined;
  readonly observer?: AdmissionObserver;
}

/** Is told what admission does, for metrics. */
export interface AdmissionObserver {
  refused(measure: LimitMeasure, subject: LimitSubject["kind"]): void;
  /** Micro-USD of one call, held before it and charged after it, where a budget holds. */
  settled(reserved: number, used: number): void;
}

/** Admission by the limits of the snapshot, counted in `store`. */
export function createAdmission(parts: AdmissionParts): Admission {
  const { store, now: clock, seeded, observer } = parts;
  const book = new LeaseBook({ store, watchdog: parts.watchdog, now: clock });
  let claims = 0;

  function admit(request: AdmissionRequest): Lease | undefined | Promise<Lease | undefined> {
    const rules = rulesOf(request);
    if (rules === undefined) return undefined;
    const asks = asksOf(request, rules, clock());
    if (asks.length === 0) return undefined;
    const budgets = asks.flatMap(({ demand }) => (demand.kind === "budget" ? [demand] : []));
    const waiting = budgets.length === 0 ? undefined : seeded?.(request.call.key.org.id, budgets);
    return waiting === undefined ? reserve(request, asks) : waiting.then(() => reserve(request, asks));
  }

  function asksOf(request: AdmissionRequest, rules: Rules, now: number): Ask[] {
    const estimate = estimateCall(request);
    const asks = demandsOf(request, rules, { estimate, now });
    for (const ask of asks) {
      const { kind, limit, amount } = ask.demand;
      if (kind === "budget" && estimate.costUsd === undefined && ask.rule.config.allowUnpriced !== true) {
        observer?.refused(ask.gauge.measure, ask.rule.config.subject.kind);
        throw unpriced(request, ask);
      }
      // What can never fit need not be asked for: no wait helps.
      if (amount > limit && (ask.ofProvider || ask.gauge.measure === "tokens_per_minute"))
        throw refused({ request, ask, remaining: limit, retryMs: 0, now, levels: [] });
    }
    return asks;
  }

  function reserve(request: AdmissionRequest, asks: readonly Ask[]): Lease | Promise<Lease> {
    const demands = asks.map(({ demand }) => demand);
    const claim = { id: `${request.call.requestId}.${claims++}`, now: clock(), leaseMs };
    const verdict = store.reserve(demands, claim);
    const decide = (made: Verdict): Lease => {
      const levels = callerLevels(asks, made);
      if (made.unavailable) throw new PenstockError("limits_unavailable", { retryAfterMs: 1_000 });
      if (!made.admitted) {
        const index = made.refused ?? 0;
        const ask = asks[index];
        if (ask === undefined) throw new PenstockError("internal");
        const remaining = made.levels[index]?.remaining ?? 0;
        throw refused({ request, ask, remaining, retryMs: made.retryMs, now: claim.now, levels });
      }
      const settle = book.open({ demands, claim });
      const surface = request.call.surface.id;
      return {
        headers: limitHeaders(levels, { surface, now: claim.now }),
        settle({ usage, costUsd }) {
          const tokens = totalInput(usage) + usage.output;
          const micro = microUsd(costUsd ?? 0);
          settle(asks.map((ask) => usedOf(ask, tokens, micro)));
          const budget = demands.find(({ kind }) => kind === "budget");
          if (budget !== undefined) observer?.settled(budget.amount, micro);
        },
      };
    };
    return verdict instanceof Promise ? verdict.then(decide) : decide(verdict);
  }

  function refused(
    facts: Omit<Parameters<typeof refusal>[0], "headers"> & { readonly levels: readonly CallerLevel[] },
  ): PenstockError {
    const { levels, request, ask, now } = facts;
    observer?.refused(ask.gauge.measure, ask.rule.config.subject.kind);
    const headers = limitHeaders(levels, { surface: request.call.surface.id, now });
    return refusal({ ...facts, headers });
  }

  return { admit };
}

function callerLevels(asks: readonly Ask[], { levels }: Verdict): CallerLevel[] {
  return asks.flatMap(({ gauge, ofProvider }, index) => {
    const level = levels[index];
    return ofProvider || level === undefined ? [] : [{ measure: gauge.measure, limit: gauge.limit, level }];
  });
}

function usedOf({ demand, gauge }: Ask, tokens: number, micro: number): number {
  if (demand.kind === "budget") return micro;
  // What is held at one time is given back whole; a request that was made stays made.
  return gauge.measure === "tokens_per_minute" ? tokens : demand.amount;
}
