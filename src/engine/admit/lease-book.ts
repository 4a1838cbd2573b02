import type { LimitStore } from "../../limits/limit-store.ts";
import type { Watch, Watchdog } from "../watchdog.ts";
import type { Reservation } from "./reservation.ts";

/** Milliseconds after which a shared store takes a replica that says nothing for dead. */
export const leaseMs = 60_000;
/** Three chances before a lease runs out. */
const renewMs = 20_000;

/** What this process has reserved and not settled: its leases are renewed for as long as the calls last. */
export class LeaseBook {
  readonly #held = new Set<Reservation>();
  readonly #store: LimitStore;
  readonly #watchdog: Watchdog;
  readonly #now: () => number;
  #watch: Watch | undefined;

  constructor(parts: {
    readonly store: LimitStore;
    readonly watchdog: Watchdog;
    readonly now: () => number;
  }) {
    this.#store = parts.store;
    this.#watchdog = parts.watchdog;
    this.#now = parts.now;
  }

  open(reservation: Reservation): void {
    this.#held.add(reservation);
    if (this.#watch === undefined) this.#watchRenewals();
  }

  /** Ends it with what was used of each ask; again changes nothing. */
  settle(reservation: Reservation, used: readonly number[]): void {
    if (this.#held.delete(reservation)) this.#store.settle(reservation.asks, reservation.claim, used);
  }

  #watchRenewals(): void {
    this.#watch = this.#watchdog.watch(renewMs, () => this.#renew());
  }

  #renew(): void {
    this.#watch = undefined;
    const now = this.#now();
    for (const { asks, claim } of this.#held) {
      // What is younger has most of its lease left.
      if (now - claim.now >= renewMs / 2) this.#store.renew(asks, claim, now);
    }
    if (this.#held.size > 0) this.#watchRenewals();
  }
}
