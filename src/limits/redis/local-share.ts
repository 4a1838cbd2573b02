import type { Claim, Demand, Level, Verdict } from "../limit-store.ts";
import { MemoryLimitStore } from "../memory-limit-store.ts";

/**
 * What a replica does while Redis is gone: keep to its share of each limit, let everything in, or let nothing in that is
 * limited.
 */
export const fallbackRules = ["share", "open", "closed"] as const;
/** One of these. */
export type FallbackRule = (typeof fallbackRules)[number];

export interface LocalShareOptions {
  readonly rule: FallbackRule;
  /** Micro-USD of a budget that are gone, as far as this replica knows. */
  readonly taken: (counter: string) => number;
}

/** What was admitted here, as it is settled here. */
export type LocalDemands = readonly Demand[];

/** Beyond what any organization spends or calls. */
const boundless = 1e11;

/** What a replica may use of the limits by itself. */
export class LocalShare {
  readonly #options: LocalShareOptions;
  readonly #store = new MemoryLimitStore();
  /** What was gone of each budget when it was first asked for here, since shares were cut last. */
  readonly #bases = new Map<string, number>();
  #replicas = 1;
  #cut = 0;

  constructor(options: LocalShareOptions) {
    this.#options = options;
  }

  /** Divides what is left of budgets anew. `replicas`: how many there are, this one included; at least 1. */
  cut(replicas: number): void {
    this.#replicas = replicas;
    this.#cut++;
    this.#bases.clear();
  }

  /** The demands as this replica counts them. */
  demandsOf(demands: readonly Demand[]): LocalDemands {
    return demands.map((demand) => this.#shareOf(demand));
  }

  reserve(local: LocalDemands, claim: Claim): Verdict {
    const { rule } = this.#options;
    if (rule === "share") return this.#store.reserve(local, claim);
    if (rule === "closed") {
      const levels = this.#store.peek(local, claim.now);
      return { admitted: false, refused: 0, retryMs: 0, levels, unavailable: true };
    }
    const all = local.map((demand) => ({ ...demand, limit: boundless }));
    return { ...this.#store.reserve(all, claim), levels: this.#store.peek(local, claim.now) };
  }

  settle(local: LocalDemands, claim: Claim, used: readonly number[]): void {
    this.#store.settle(local, claim, used);
  }

  renew(local: LocalDemands, claim: Claim, now: number): void {
    this.#store.renew(local, claim, now);
  }

  peek(demands: readonly Demand[], now: number): readonly Level[] {
    return this.#store.peek(this.demandsOf(demands), now);
  }

  #shareOf(demand: Demand): Demand {
    if (demand.kind !== "budget") {
      const share = Math.floor(demand.limit / this.#replicas);
      return { ...demand, limit: Math.min(demand.limit, Math.max(1, share)) };
    }
    let base = this.#bases.get(demand.counter);
    if (base === undefined) {
      base = this.#options.taken(demand.counter);
      this.#bases.set(demand.counter, base);
    }
    const limit = Math.max(0, Math.floor((demand.limit - base) / this.#replicas));
    // What was spent before is in the base: the count of a new share begins at nothing.
    return { ...demand, limit, counter: `${demand.counter}~${this.#cut}` };
  }
}
