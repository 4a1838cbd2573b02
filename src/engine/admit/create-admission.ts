import { PenstockError } from "../../errors/penstock-error.ts";
import type { Ask } from "../../limits/ask.ts";
import type { LimitRule } from "../../limits/limit-rule.ts";
import type { Demand, Level, LimitStore, Verdict } from "../../limits/limit-store.ts";
import type { Admission, AdmissionRequest, Lease } from "../admission.ts";
import type { Watchdog } from "../watchdog.ts";
import type { AdmissionObserver } from "./admission-observer.ts";
import { asksOf, isUnpriced, rulesOf } from "./asks-of.ts";
import { estimateCall } from "./estimate.ts";
import { HeldLease } from "./held-lease.ts";
import { LeaseBook, leaseMs } from "./lease-book.ts";
import { addLimitHeaders } from "./limit-headers.ts";
import { refusal, unpriced } from "./refusal.ts";
import type { Reservation } from "./reservation.ts";

/** What admission takes from outside. */
export interface AdmissionParts {
  readonly store: LimitStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly watchdog: Watchdog;
  /**
   * Resolves when the store knows what was spent before of the budgets among these; undefined: it does. Rejects with `PenstockError`
   * when that cannot be found out: nobody is let in then.
   */
  readonly seeded?: (orgId: string, demands: readonly Demand[]) => Promise<void> | undefined;
  readonly observer?: AdmissionObserver;
}

/** Admission by the limits of the snapshot, counted in `store`. */
export function createAdmission(parts: AdmissionParts): Admission {
  const { store, now: clock, seeded, observer } = parts;
  const book = new LeaseBook({ store, watchdog: parts.watchdog, now: clock });
  const keepers = { book, observer };
  let claims = 0;

  // No closures from here on: each limited call would pay for them, so what must wait goes on in functions of its own.
  function admit(request: AdmissionRequest): Lease | undefined | Promise<Lease | undefined> {
    const rules = rulesOf(request);
    if (rules === undefined) return undefined;
    const asks = possibleAsks(request, rules);
    if (asks.length === 0) return undefined;
    const waiting = seeded?.(request.call.key.org.id, asks);
    return waiting === undefined ? reserve(request, asks) : reserveAfter(waiting, { request, asks });
  }

  async function reserveAfter(
    waiting: Promise<void>,
    { request, asks }: Pick<Reservation, "request" | "asks">,
  ): Promise<Lease> {
    await waiting;
    return reserve(request, asks);
  }

  /** Throws where it needs no counting to see that the call cannot be let through. */
  function possibleAsks(request: AdmissionRequest, rules: readonly LimitRule[]): readonly Ask[] {
    const now = clock();
    const estimate = estimateCall(request);
    const asks = asksOf(request, rules, { estimate, now });
    for (const ask of asks) {
      if (isUnpriced(ask, estimate)) {
        observer?.refused(ask.gauge.measure, ask.gauge.config.subject.kind);
        throw unpriced(request, ask);
      }
      const { limit, amount, gauge } = ask;
      // What can never fit need not be asked for: no wait helps.
      if (amount > limit && (gauge.isProviders || gauge.measure === "tokens_per_minute"))
        throw refused({ request, ask, remaining: limit, retryMs: 0, now, headers: {} });
    }
    return asks;
  }

  function reserve(request: AdmissionRequest, asks: readonly Ask[]): Lease | Promise<Lease> {
    const claim = { id: `${request.call.requestId}.${claims++}`, now: clock(), leaseMs };
    const reservation: Reservation = { request, asks, claim };
    const verdict = store.reserve(asks, claim);
    return verdict instanceof Promise ? decideLater(reservation, verdict) : decide(reservation, verdict);
  }

  async function decideLater(reservation: Reservation, verdict: Promise<Verdict>): Promise<Lease> {
    return decide(reservation, await verdict);
  }

  function decide(reservation: Reservation, verdict: Verdict): Lease {
    if (verdict.unavailable) throw new PenstockError("limits_unavailable", { retryAfterMs: 1_000 });
    tellLevels(reservation.asks, verdict.levels);
    if (!verdict.admitted) throw full(reservation, verdict);
    book.open(reservation);
    return new HeldLease(reservation, keepers);
  }

  function full(reservation: Reservation, { refused: index = 0, retryMs }: Verdict): PenstockError {
    const { request, asks, claim } = reservation;
    const ask = asks[index];
    if (ask === undefined) return new PenstockError("internal");
    const headers: Record<string, string> = {};
    addLimitHeaders(headers, reservation);
    return refused({ request, ask, remaining: ask.level?.remaining ?? 0, retryMs, now: claim.now, headers });
  }

  function refused(facts: Parameters<typeof refusal>[0]): PenstockError {
    const { measure, config } = facts.ask.gauge;
    observer?.refused(measure, config.subject.kind);
    return refusal(facts);
  }

  return { admit };
}

function tellLevels(asks: readonly Ask[], levels: readonly Level[]): void {
  let index = 0;
  for (const ask of asks) ask.level = levels[index++];
}
