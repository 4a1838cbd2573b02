import type { Claim, Demand, LimitStore, Verdict } from "../../limits/limit-store.ts";

interface Open {
  readonly demands: readonly Demand[];
  readonly claim: Claim;
}

/** What one worker has reserved and not settled yet, so that it can be settled when the worker is no more. */
export class OpenClaims {
  readonly #limits: LimitStore;
  readonly #open = new Map<string, Open>();

  constructor(limits: LimitStore) {
    this.#limits = limits;
  }

  reserve(demands: readonly Demand[], claim: Claim): Verdict | Promise<Verdict> {
    const verdict = this.#limits.reserve(demands, claim);
    // Noted before the answer is known: a worker may be gone when it comes.
    this.#open.set(claim.id, { demands, claim });
    if (!(verdict instanceof Promise)) return this.#noted(verdict, claim);
    return verdict.then((late) => this.#noted(late, claim));
  }

  settle(demands: readonly Demand[], claim: Claim, used: readonly number[]): void {
    this.#open.delete(claim.id);
    this.#limits.settle(demands, claim, used);
  }

  /** What dead workers' calls used nobody will tell: the reservations stand, and the places they held are free. */
  settleAll(): void {
    for (const { demands, claim } of this.#open.values()) {
      this.#limits.settle(
        demands,
        claim,
        demands.map(({ amount }) => amount),
      );
    }
    this.#open.clear();
  }

  #noted(verdict: Verdict, claim: Claim): Verdict {
    if (!verdict.admitted) this.#open.delete(claim.id);
    return verdict;
  }
}
