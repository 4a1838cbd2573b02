import type { Claim, Demand, LimitStore } from "../../limits/limit-store.ts";
import type { Watch, Watchdog } from "../watchdog.ts";

/** Milliseconds after which a shared store takes a replica that says nothing for dead. */
export const leaseMs = 60_000;
/** Three chances before a lease runs out. */
const renewMs = 20_000;

interface Held {
  readonly demands: readonly Demand[];
  readonly claim: Claim;
}

/** What this process has reserved and not settled: its leases are renewed for as long as the calls last. */
export class LeaseBook {
  readonly #held = new Set<Held>();
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

  /** Ends it with what was used; again changes nothing. */
  open(held: Held): (used: readonly number[]) => void {
    this.#held.add(held);
    this.#watch ??= this.#watchdog.watch(renewMs, () => this.#renew());
    return (used) => {
      if (!this.#held.delete(held)) return;
      this.#store.settle(held.demands, held.claim, used);
    };
  }

  #renew(): void {
    this.#watch = undefined;
    const now = this.#now();
    for (const { demands, claim } of this.#held) {
      // What is younger has most of its lease left.
      if (now - claim.now >= renewMs / 2) this.#store.renew(demands, claim, now);
    }
    if (this.#held.size > 0) this.#watch = this.#watchdog.watch(renewMs, () => this.#renew());
  }
}
