import type { Claim, Demand } from "../limit-store.ts";
import { orgOf } from "./keys.ts";
import type { Settlement } from "./redis-counts.ts";

/** What was spent of budgets without Redis knowing, until it is told. */
export class Debts {
  readonly #owed = new Map<string, { demand: Demand; spent: number }>();
  readonly #newId: () => string;

  /** `newId`: names unlike any other in the installation. */
  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Micro-USD. */
  of(counter: string): number {
    return this.#owed.get(counter)?.spent ?? 0;
  }

  get any(): boolean {
    return this.#owed.size > 0;
  }

  add(demands: readonly Demand[], used: readonly number[]): void {
    for (const [index, demand] of demands.entries()) {
      const spent = used[index] ?? 0;
      if (demand.kind !== "budget" || spent <= 0) continue;
      const owed = this.#owed.get(demand.counter) ?? { demand: { ...demand, amount: 0 }, spent: 0 };
      owed.spent += spent;
      this.#owed.set(demand.counter, owed);
    }
  }

  /** Takes all of it, as settlements of claims that nobody reserved: one an organization. */
  take(now: number): readonly Settlement[] {
    const byOrg = Map.groupBy(this.#owed.values(), ({ demand }) => orgOf(demand.counter));
    this.#owed.clear();
    return [...byOrg.values()].map((owed) => {
      const claim: Claim = { id: this.#newId(), now, leaseMs: 0 };
      const demands = owed.map(({ demand }) => demand);
      return { claim, demands, used: owed.map(({ spent }) => spent), whenUnknown: true };
    });
  }
}
