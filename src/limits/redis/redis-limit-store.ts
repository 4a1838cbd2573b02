import type { BudgetObserver } from "../budget-observer.ts";
import type { Claim, Demand, Level, LimitStore, Seed, Verdict } from "../limit-store.ts";
import type { Pauses } from "./circuit.ts";
import { levelOf, retryMsOf } from "./counter-state.ts";
import { Debts } from "./debts.ts";
import { type HeldClaim, HeldClaims } from "./held-claims.ts";
import { KnownBudgets } from "./known-budgets.ts";
import { type FallbackRule, LocalShare } from "./local-share.ts";
import { Outbox } from "./outbox.ts";
import { RedisCounts, type Settlement } from "./redis-counts.ts";
import { RedisLink } from "./redis-link.ts";

export interface RedisLimitStoreOptions {
  /** `redis://` or `rediss://`; may hold a password. */
  readonly url: string;
  /** Milliseconds that a command may take. */
  readonly timeoutMs: number;
  readonly fallback: FallbackRule;
  readonly log: (event: "limits_shared" | "limits_not_shared", fields: LogFields) => void;
  /** Looks only how Redis does: it is no replica that a share is kept for. */
  readonly watches?: boolean;
  /** Redis has lost what it knew: whoever knows what was spent seeds it again. */
  readonly onMemoryLost?: () => void;
  readonly observer?: BudgetObserver | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly pauses?: Pauses;
  readonly tls?: Bun.TLSOptions | undefined;
}

type LogFields = Readonly<Record<string, string | number>>;

/** How the store does. */
export interface SharedLimitsStatus {
  /** Redis counts; false: this replica counts by itself. */
  readonly shared: boolean;
  readonly fallback: FallbackRule;
  /** How many replicas were seen last, this one included. */
  readonly replicas: number;
  readonly timeouts: number;
  readonly errors: number;
  /** Reservations that were decided without Redis. */
  readonly decidedAlone: number;
  /** Settlements that Redis has not confirmed yet. */
  readonly unsettled: number;
  /** Settlements that were given up. */
  readonly dropped: number;
}

const tickMs = 1_000;
/** Milliseconds for which a budget is looked at every second, after a call asked for it. */
const watchedMs = 60_000;

/** Counts in Redis, so that all replicas share each limit. When Redis is gone a replica decides by `fallback`, and says so. */
export class RedisLimitStore implements LimitStore {
  readonly #options: RedisLimitStoreOptions;
  readonly #now: () => number;
  readonly #link: RedisLink;
  readonly #counts: RedisCounts;
  readonly #known = new KnownBudgets();
  readonly #held = new HeldClaims();
  readonly #debts = new Debts(() => `debt-${crypto.randomUUID()}`);
  readonly #outbox: Outbox;
  readonly #replicaId = crypto.randomUUID();
  readonly #sending = new Set<Promise<unknown>>();
  readonly #share: LocalShare;
  /** Redis was asked since shares were cut: what is left is another sum by now. */
  #stale = true;
  #memory: string | undefined;
  #replicas = 1;
  #decidedAlone = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #syncing: Promise<boolean> | undefined;

  constructor(options: RedisLimitStoreOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#link = new RedisLink({
      ...options,
      onBack: async () => {
        const back = await this.#sync();
        if (back) options.log("limits_shared", { replicas: this.#replicas });
        return back;
      },
      onGone: (why) => this.#gone(why),
    });
    this.#counts = new RedisCounts({ link: this.#link, known: this.#known, observer: options.observer });
    this.#outbox = new Outbox(this.#counts, this.#now);
    this.#share = new LocalShare({
      rule: options.fallback,
      taken: (counter) =>
        this.#known.taken(counter) +
        this.#debts.of(counter) +
        this.#outbox.owed(counter) +
        this.#held.heldAlone(counter),
    });
  }

  /** Resolves when Redis was looked for, whether or not it is there. */
  async start(): Promise<void> {
    await this.#link.start();
    if (!this.#link.up) this.#gone("unreachable");
    this.#timer = setInterval(() => void this.#tick(), tickMs);
    this.#timer.unref();
  }

  /** Tells Redis what is not told yet, as far as it answers, and lets go of it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    if (this.#link.up) await this.#sync();
    this.#link.close();
  }

  status(): SharedLimitsStatus {
    return {
      shared: this.#link.up,
      fallback: this.#options.fallback,
      replicas: this.#replicas,
      ...this.#link.failures,
      decidedAlone: this.#decidedAlone,
      unsettled: this.#outbox.size,
      dropped: this.#outbox.dropped,
    };
  }

  /** Resolves when what `settle` and `renew` began is in force, or is known not to be. */
  async flush(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  reserve(demands: readonly Demand[], claim: Claim): Verdict | Promise<Verdict> {
    return this.#link.up ? this.#reserveThere(demands, claim) : this.#reserveHere(demands, claim);
  }

  settle(demands: readonly Demand[], claim: Claim, used: readonly number[]): void {
    const held = this.#held.take(claim.id);
    if (held === undefined) return;
    if (held.local !== undefined) {
      this.#share.settle(held.local, held.claim, used);
      this.#debts.add(demands, used);
      this.#charged(demands);
      return;
    }
    const settlement: Settlement = { demands, claim: held.claim, used, whenUnknown: true };
    if (this.#link.up) this.#send(this.#outbox.send(settlement));
    else this.#outbox.keep(settlement, "not tried");
  }

  renew(demands: readonly Demand[], claim: Claim, now: number): void {
    const held = this.#held.get(claim.id);
    if (held === undefined) return;
    held.forgetAt += Math.max(0, now - claim.now);
    if (held.local !== undefined) this.#share.renew(held.local, held.claim, now);
    else if (this.#link.up) this.#send(this.#counts.renew(demands, held.claim, now));
  }

  async peek(demands: readonly Demand[], now: number): Promise<readonly Level[]> {
    const states = this.#link.up ? await this.#counts.peek(demands, now) : undefined;
    if (states === undefined) return this.#share.peek(demands, now);
    return demands.map((demand, index) => levelOf(demand, states[index] ?? [0, 0, 0], now));
  }

  async seed(budgets: readonly Seed[]): Promise<void> {
    for (const budget of budgets) this.#known.raise(budget);
    if (this.#link.up) await this.#counts.seed(budgets, this.#now());
  }

  /** Alone, a replica knows of the others' spending no more than when it saw Redis last. */
  #charged(demands: readonly Demand[]): void {
    for (const demand of demands)
      if (demand.kind === "budget")
        this.#options.observer?.charged(
          demand,
          this.#known.spent(demand.counter) + this.#debts.of(demand.counter),
        );
  }

  async #reserveThere(demands: readonly Demand[], claim: Claim): Promise<Verdict> {
    const reserved = await this.#counts.reserve(demands, claim, "if there is room");
    // It may have been taken all the same: then nobody holds it.
    if (reserved === undefined) this.#giveBack(demands, claim);
    // A claim of the same name is somebody's: what is there is theirs.
    if (reserved === undefined || reserved.refused === -2) return this.#reserveHere(demands, claim);
    this.#stale = true;
    const { refused, states } = reserved;
    const { now } = claim;
    const levels = demands.map((demand, index) => levelOf(demand, states[index] ?? [0, 0, 0], now));
    const demand = demands[refused];
    if (demand !== undefined) {
      const state = states[refused] ?? [0, 0, 0];
      const retryMs = retryMsOf(demand, state, now);
      if (demand.kind === "budget") this.#options.observer?.refused(demand, state[0]);
      return { admitted: false, refused, retryMs, levels };
    }
    this.#held.add(claim.id, { demands, claim, local: undefined });
    return { admitted: true, refused: undefined, retryMs: 0, levels };
  }

  #reserveHere(demands: readonly Demand[], claim: Claim): Verdict {
    this.#decidedAlone++;
    if (this.#stale) this.#share.cut(this.#replicas);
    this.#stale = false;
    // Redis may know the claim's own name as one that was given back.
    const alone: Claim = { ...claim, id: `${claim.id}~` };
    const local = this.#share.demandsOf(demands);
    const verdict = this.#share.reserve(local, alone);
    if (verdict.admitted) this.#held.add(claim.id, { demands, claim: alone, local });
    return verdict;
  }

  #giveBack(demands: readonly Demand[], claim: Claim): void {
    const none = demands.map(() => 0);
    this.#outbox.keep({ demands, claim, used: none, whenUnknown: false }, "not tried");
  }

  #gone(why: string): void {
    const { fallback } = this.#options;
    this.#options.log("limits_not_shared", { why, fallback, replicas: this.#replicas });
  }

  async #tick(): Promise<void> {
    if (!this.#link.up || this.#syncing !== undefined) return;
    await this.#sync();
    const now = this.#now();
    await this.#counts.refresh(this.#known.inUse(now - watchedMs), now);
    this.#known.sweep(now);
  }

  #sync(): Promise<boolean> {
    this.#syncing ??= this.#tell().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  /** Tells Redis what it does not know: that we live, what was spent before and meanwhile, what is held. */
  async #tell(): Promise<boolean> {
    const beat = await this.#counts.heartbeat(
      this.#options.watches ? "" : this.#replicaId,
      crypto.randomUUID(),
    );
    if (beat === undefined) return false;
    this.#replicas = beat.replicas;
    const lost = beat.memory !== this.#memory;
    if (lost && !(await this.#remind())) return false;
    for (const settlement of this.#debts.take(this.#now())) this.#outbox.keep(settlement, "not tried");
    if (!(await this.#outbox.flush())) return false;
    for (const held of this.#held.all())
      if (held.local !== undefined && !(await this.#hold(held))) return false;
    if (lost && this.#memory !== undefined) this.#options.onMemoryLost?.();
    this.#memory = beat.memory;
    return true;
  }

  /** A memory that is new to us gets all we know; of what it knows already, the higher word holds. */
  async #remind(): Promise<boolean> {
    if (!(await this.#counts.seed(this.#known.all(), this.#now()))) return false;
    for (const held of this.#held.all())
      if (held.local === undefined && !(await this.#hold(held))) return false;
    return true;
  }

  /** Puts a claim under way into Redis, room or not. What a minute counted is left: it is over soon. */
  async #hold(held: HeldClaim): Promise<boolean> {
    const demands = held.demands.filter(({ kind }) => kind !== "minute");
    const claim = { ...held.claim, now: this.#now() };
    if (demands.length > 0 && (await this.#counts.reserve(demands, claim, "in any case")) === undefined)
      return false;
    // Settled meanwhile, of the share and by the name of the share: what Redis holds of it is nobody's.
    if (held.settled && held.local !== undefined) this.#giveBack(demands, claim);
    held.local = undefined;
    return true;
  }

  #send(work: Promise<unknown>): void {
    const sending = work.finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}
