/** What a counter counts: in a sliding minute, at one time, or micro-USD in a calendar period. */
export type CounterKind = "minute" | "concurrency" | "budget";

/** What one call needs of one counter. */
export interface Demand {
  /**
   * Names the count: stable over restarts and the same on every replica, e.g. `org_01…/key_01….rpm`, `org_01…/org.usd.2026-11`.
   * Before the slash stands the org: a shared store keeps the counts of one together. All demands of a call are of one org.
   */
  readonly counter: string;
  readonly kind: CounterKind;
  /** Requests, tokens, calls at once, or micro-USD. A whole number. */
  readonly limit: number;
  /** In the same unit; a whole number. 0 asks only whether anything is left. */
  readonly amount: number;
  /** Budgets: milliseconds since the epoch, when the period ends and the count may be forgotten. */
  readonly endsAt?: number | undefined;
}

/** Names one reservation, so that settling twice or after a crash is harmless. */
export interface Claim {
  /** Unique in the whole installation. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds after which what is held at one time is given back, should nobody settle. */
  readonly leaseMs: number;
}

/** How full one counter is. */
export interface Level {
  /** What is left after this reservation; never below 0. */
  readonly remaining: number;
  /** Milliseconds until all is there again, if nothing more comes; of a budget, until its period ends. 0 for concurrency. */
  readonly resetMs: number;
}

export interface Verdict {
  readonly admitted: boolean;
  /** The first demand that was refused; undefined when admitted. */
  readonly refused: number | undefined;
  /** Milliseconds until that demand has room, if nothing more comes; 0 for concurrency, and when admitted. */
  readonly retryMs: number;
  readonly levels: readonly Level[];
  /** Refused without counting: the store is gone, and its rule is to let nobody in then. */
  readonly unavailable?: true;
}

/** What was spent of a budget. */
export interface Seed {
  readonly counter: string;
  /** Micro-USD. */
  readonly spent: number;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/**
 * Where limits are counted: in this process, or in a place that all replicas share. A reservation takes everything it asks for
 * in one step or nothing, so that of many at once no more get in than fit.
 */
export interface LimitStore {
  /**
   * Answers at once where it can: waiting is paid by each request. Never rejects; a store that is gone decides by its own rule.
   * Each counter is demanded at most once.
   */
  reserve(demands: readonly Demand[], claim: Claim): Verdict | Promise<Verdict>;
  /**
   * Replaces what was reserved by what was used (`used`, in the order of `demands`; more than reserved counts in full) and ends
   * what was held at one time. `claim` is the one that was admitted; again, or unknown, changes nothing. Never throws.
   */
  settle(demands: readonly Demand[], claim: Claim, used: readonly number[]): void;
  /** Puts the lease's end off to `claim.leaseMs` after `now`; a claim that is settled or forgotten stays so. Never throws. */
  renew(demands: readonly Demand[], claim: Claim, now: number): void;
  /** The levels as they are, without taking anything. */
  peek(demands: readonly Demand[], now: number): readonly Level[] | Promise<readonly Level[]>;
  /**
   * What was spent before this store knew of it, as the ledger says: raises what is spent of a budget to at least that, whatever
   * is reserved besides. Called at start, when a budget appears, and from time to time.
   */
  seed(budgets: readonly Seed[]): void | Promise<void>;
}
