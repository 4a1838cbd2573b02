import type { Demand } from "./limit-store.ts";

/** Is told how far budgets are spent, by the store that counts them. Called on the way of calls: it must not wait or throw. */
export interface BudgetObserver {
  /** A call was charged. `spent`: micro-USD of the budget that are spent now, without what is reserved. */
  charged(demand: Demand, spent: number): void;
  /** A call was refused for want of room. */
  refused(demand: Demand, spent: number): void;
}
