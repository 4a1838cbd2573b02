import type { BudgetObserver } from "../budget-observer.ts";
import type { Claim, Demand, Seed } from "../limit-store.ts";
import { type CounterState, statesOf } from "./counter-state.ts";
import { claimKey, claimMs, counterKey, keepMs, letterOf, orgOf, replicaKeys, settledMs } from "./keys.ts";
import type { KnownBudgets } from "./known-budgets.ts";
import type { RedisLink } from "./redis-link.ts";
import {
  heartbeatScript,
  peekScript,
  renewScript,
  reserveScript,
  seedScript,
  settleScript,
} from "./scripts.ts";

/** One settlement, as often as it must be said. */
export interface Settlement {
  readonly demands: readonly Demand[];
  readonly claim: Claim;
  readonly used: readonly number[];
  /** Counts what was used even when Redis does not know the claim. */
  readonly whenUnknown: boolean;
}

export interface Reserved {
  /** Index of the demand that was refused; -1: none; -2: Redis knew the claim already. */
  readonly refused: number;
  readonly states: readonly CounterState[];
}

/** Milliseconds after which a silent replica no longer counts. */
const replicaGoneMs = 10_000;
/** Keys of one script: a few hundred microseconds of Redis's time. */
const batch = 100;

/** What is asked of Redis, typed. What it says of budgets is remembered. Undefined and false: no answer. */
export class RedisCounts {
  readonly #link: RedisLink;
  readonly #known: KnownBudgets;

  readonly #observer: BudgetObserver | undefined;

  constructor(parts: {
    readonly link: RedisLink;
    readonly known: KnownBudgets;
    readonly observer: BudgetObserver | undefined;
  }) {
    this.#link = parts.link;
    this.#known = parts.known;
    this.#observer = parts.observer;
  }

  async reserve(
    demands: readonly Demand[],
    claim: Claim,
    how: "if there is room" | "in any case",
  ): Promise<Reserved | undefined> {
    const { now } = claim;
    const args = [
      String(now),
      String(claim.leaseMs),
      claim.id,
      claimMs(claim),
      how === "in any case" ? "1" : "0",
    ];
    for (const demand of demands) {
      args.push(letterOf(demand), String(demand.limit), String(demand.amount));
      args.push(keepMs(demand.endsAt, now), String(this.#known.spent(demand.counter)));
    }
    const reply = await this.#link.run(reserveScript, keysOf(demands, claim), args);
    if (!reply.ok || !Array.isArray(reply.value)) return undefined;
    const refused = Number(reply.value[0]);
    if (refused === -2) return { refused, states: [] };
    const states = statesOf(reply.value, { count: demands.length, offset: 1 });
    if (states === undefined) return undefined;
    this.#see(demands, states, now);
    return { refused, states };
  }

  async settle({ demands, claim, used, whenUnknown }: Settlement): Promise<boolean> {
    const args = [claim.id, String(settledMs), whenUnknown ? "1" : "0"];
    for (const [index, demand] of demands.entries()) {
      args.push(letterOf(demand), String(demand.amount), String(used[index] ?? 0));
      args.push(keepMs(demand.endsAt, claim.now), String(this.#known.spent(demand.counter)));
    }
    const reply = await this.#link.run(settleScript, keysOf(demands, claim), args);
    if (!reply.ok) return false;
    const states = statesOf(reply.value, { count: demands.length });
    if (states === undefined) return true;
    this.#see(demands, states, claim.now);
    for (const [index, demand] of demands.entries())
      if (demand.kind === "budget") this.#observer?.charged(demand, states[index]?.[0] ?? 0);
    return true;
  }

  async renew(demands: readonly Demand[], claim: Claim, now: number): Promise<boolean> {
    const holding = demands.filter(({ kind, amount }) => kind !== "minute" && amount > 0);
    if (holding.length === 0) return true;
    const keptMs = claimMs(claim);
    const args = [claim.id, String(now + claim.leaseMs), keptMs, String(now + Number(keptMs))];
    for (const demand of holding) args.push(letterOf(demand), String(demand.amount));
    const counts = holding.map(({ counter }) => counterKey(counter));
    return (await this.#link.run(renewScript, [claimKey(demands, claim.id), ...counts], args)).ok;
  }

  /** All of one organization. */
  async peek(demands: readonly Demand[], now: number): Promise<readonly CounterState[] | undefined> {
    const args = [String(now)];
    for (const demand of demands) args.push(letterOf(demand), String(this.#known.spent(demand.counter)));
    const counts = demands.map(({ counter }) => counterKey(counter));
    const reply = await this.#link.run(peekScript, counts, args);
    const states = reply.ok ? statesOf(reply.value, { count: demands.length }) : undefined;
    if (states !== undefined) this.#see(demands, states);
    return states;
  }

  async seed(budgets: readonly Seed[], now: number): Promise<boolean> {
    for (const some of batchesOf(budgets)) {
      const args = some.flatMap(({ spent, endsAt }) => [String(spent), keepMs(endsAt, now)]);
      const keys = some.map(({ counter }) => counterKey(counter));
      if (!(await this.#link.run(seedScript, keys, args)).ok) return false;
    }
    return true;
  }

  /** Looks at budgets that others may have spent of meanwhile. */
  async refresh(budgets: readonly Seed[], now: number): Promise<void> {
    for (const some of batchesOf(budgets)) {
      const demands = some.map(({ counter, endsAt }): Demand => {
        return { counter, kind: "budget", limit: 0, amount: 0, endsAt };
      });
      if ((await this.peek(demands, now)) === undefined) return;
    }
  }

  /** `memory`: what Redis's memory is called, `fresh` if it has no name yet. */
  async heartbeat(
    replicaId: string,
    fresh: string,
  ): Promise<{ readonly memory: string; readonly replicas: number } | undefined> {
    const reply = await this.#link.run(heartbeatScript, replicaKeys, [
      replicaId,
      fresh,
      String(replicaGoneMs),
    ]);
    if (!reply.ok || !Array.isArray(reply.value)) return undefined;
    return { memory: String(reply.value[0]), replicas: Math.max(1, Number(reply.value[1]) || 1) };
  }

  #see(demands: readonly Demand[], states: readonly CounterState[], usedAt?: number): void {
    for (const [index, { kind, counter, endsAt }] of demands.entries()) {
      const state = states[index];
      if (kind !== "budget" || state === undefined || endsAt === undefined) continue;
      const seen = { counter, spent: state[0], reserved: state[1] };
      this.#known.see(seen, { endsAt, ...(usedAt !== undefined && { usedAt }) });
    }
  }
}

function keysOf(demands: readonly Demand[], claim: Claim): readonly string[] {
  return [claimKey(demands, claim.id), ...demands.map(({ counter }) => counterKey(counter))];
}

/** A script's keys lie on one node of a cluster. */
function batchesOf(budgets: readonly Seed[]): readonly (readonly Seed[])[] {
  const byOrg = Map.groupBy(budgets, ({ counter }) => orgOf(counter));
  return [...byOrg.values()].flatMap((some) =>
    Array.from({ length: Math.ceil(some.length / batch) }, (_, index) =>
      some.slice(index * batch, (index + 1) * batch),
    ),
  );
}
