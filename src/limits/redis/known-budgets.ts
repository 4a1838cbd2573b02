import type { Seed } from "../limit-store.ts";

/** One budget as this replica saw it last. */
export interface KnownBudget {
  readonly counter: string;
  /** Micro-USD. */
  spent: number;
  /** Micro-USD that calls under way might spend, of all replicas. */
  reserved: number;
  endsAt: number;
  /** Milliseconds since the epoch, when a call here asked for it. */
  usedAt: number;
}

/**
 * What this replica knows of budgets: from the ledger, from what Redis answered, and from what it spent alone. From it a Redis
 * that lost its memory is told again, and a share is cut when Redis is gone.
 */
export class KnownBudgets {
  readonly #budgets = new Map<string, KnownBudget>();

  spent(counter: string): number {
    return this.#budgets.get(counter)?.spent ?? 0;
  }

  /** What is gone of it at most. */
  taken(counter: string): number {
    const known = this.#budgets.get(counter);
    return known === undefined ? 0 : known.spent + known.reserved;
  }

  /** As Redis says it; of what was spent, the higher word holds. */
  see(
    seen: { readonly counter: string; readonly spent: number; readonly reserved: number },
    { endsAt, usedAt }: { readonly endsAt: number; readonly usedAt?: number },
  ): void {
    const known = this.#make(seen.counter, endsAt);
    known.spent = Math.max(known.spent, seen.spent);
    known.reserved = seen.reserved;
    if (usedAt !== undefined) known.usedAt = usedAt;
  }

  raise({ counter, spent, endsAt }: Seed): void {
    const known = this.#make(counter, endsAt);
    known.spent = Math.max(known.spent, spent);
  }

  all(): readonly KnownBudget[] {
    return [...this.#budgets.values()];
  }

  /** Budgets that calls here asked for since `since`, in milliseconds since the epoch. */
  inUse(since: number): readonly KnownBudget[] {
    return this.all().filter(({ usedAt }) => usedAt >= since);
  }

  /** Forgets the periods that are over. */
  sweep(now: number): void {
    for (const [counter, { endsAt }] of this.#budgets) if (endsAt <= now) this.#budgets.delete(counter);
  }

  #make(counter: string, endsAt: number): KnownBudget {
    let known = this.#budgets.get(counter);
    if (known === undefined) {
      known = { counter, spent: 0, reserved: 0, endsAt, usedAt: 0 };
      this.#budgets.set(counter, known);
    }
    return known;
  }
}
