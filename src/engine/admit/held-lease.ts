import type { Ask } from "../../limits/ask.ts";
import { microUsd } from "../../limits/limit-rule.ts";
import { totalInput, type Usage } from "../../wire/neutral/usage.ts";
import type { Lease } from "../admission.ts";
import type { AdmissionObserver } from "./admission-observer.ts";
import type { LeaseBook } from "./lease-book.ts";
import { addLimitHeaders } from "./limit-headers.ts";
import type { Reservation } from "./reservation.ts";

/** Who is told how a lease ended; the same for all. */
export interface LeaseKeepers {
  readonly book: LeaseBook;
  readonly observer: AdmissionObserver | undefined;
}

/** What the store has let through. */
export class HeldLease implements Lease {
  readonly #reservation: Reservation;
  readonly #keepers: LeaseKeepers;

  constructor(reservation: Reservation, keepers: LeaseKeepers) {
    this.#reservation = reservation;
    this.#keepers = keepers;
  }

  addHeaders(headers: Record<string, string>): void {
    addLimitHeaders(headers, this.#reservation);
  }

  settle(usage: Usage, costUsd: number | undefined): void {
    const reservation = this.#reservation;
    const { book, observer } = this.#keepers;
    const tokens = totalInput(usage) + usage.output;
    const micro = microUsd(costUsd ?? 0);
    const used: number[] = [];
    let budget: Ask | undefined;
    for (const ask of reservation.asks) {
      if (ask.kind === "budget") {
        budget ??= ask;
        used.push(micro);
        // What is held at one time is given back whole; a request that was made stays made.
      } else used.push(ask.gauge.measure === "tokens_per_minute" ? tokens : ask.amount);
    }
    book.settle(reservation, used);
    if (budget !== undefined) observer?.settled(budget.amount, micro);
  }
}
