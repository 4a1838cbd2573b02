import { BudgetCounter } from "../budget-counter.ts";
import type { Demand, Level } from "../limit-store.ts";
import { MinuteCounter } from "../minute-counter.ts";

/** What Redis says of one count: see `scripts.ts` for what the three are. */
export type CounterState = readonly [number, number, number];

/** Three numbers a demand, after `offset` others. Undefined when it is no such answer. */
export function statesOf(
  value: unknown,
  { count, offset = 0 }: { readonly count: number; readonly offset?: number },
): readonly CounterState[] | undefined {
  if (!Array.isArray(value) || value.length !== offset + 3 * count) return undefined;
  const numbers = value.map(Number);
  if (numbers.some((number) => !Number.isFinite(number))) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const [x = 0, y = 0, z = 0] = numbers.slice(offset + 3 * index);
    return [x, y, z];
  });
}

/** How full a count is, by the arithmetic of the counters in memory. */
export function levelOf(demand: Demand, state: CounterState, now: number): Level {
  if (demand.kind === "concurrency") return { remaining: Math.max(0, demand.limit - state[0]), resetMs: 0 };
  return counterOf(demand, state).level(demand, now);
}

/** Milliseconds until the demand has room; 0: nobody knows. */
export function retryMsOf(demand: Demand, state: CounterState, now: number): number {
  return demand.kind === "concurrency" ? 0 : counterOf(demand, state).retryMs(demand, now);
}

const windowMs = 60_000;

function counterOf(demand: Demand, [x, y, z]: CounterState): BudgetCounter | MinuteCounter {
  if (demand.kind === "budget") {
    const budget = new BudgetCounter(demand.endsAt ?? Number.POSITIVE_INFINITY);
    budget.raise(x);
    budget.take({ ...demand, amount: y });
    return budget;
  }
  const minute = new MinuteCounter();
  const hold = { claim: "", expiresAt: 0 };
  minute.take({ ...demand, amount: z }, { ...hold, takenAt: (x - 1) * windowMs });
  minute.take({ ...demand, amount: y }, { ...hold, takenAt: x * windowMs });
  return minute;
}
