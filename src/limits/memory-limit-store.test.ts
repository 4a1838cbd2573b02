import { expect, test } from "bun:test";
import { limitStoreSuite } from "../../testkit/limit-store-suite.ts";
import type { Claim, Demand } from "./limit-store.ts";
import { MemoryLimitStore } from "./memory-limit-store.ts";

limitStoreSuite("memory", { open: async () => ({ store: new MemoryLimitStore(), prefix: "k" }) });

const claim = (id: number, now: number): Claim => ({ id: `${id}`, now, leaseMs: 1_000 });

test("counters that nobody needs any more, and claims that nobody settles, do not stay in memory", () => {
  const store = new MemoryLimitStore();
  for (let i = 0; i < 500; i++) {
    const demands: Demand[] = [
      { counter: `${i}.rpm`, kind: "minute", limit: 5, amount: 1 },
      { counter: `${i}.calls`, kind: "concurrency", limit: 5, amount: 1 },
      { counter: `${i}.usd`, kind: "budget", limit: 5, amount: 1, endsAt: 100_000 },
    ];
    expect(store.reserve(demands, claim(i, 10)).admitted).toBe(true);
  }
  expect(store.size()).toEqual({ counters: 1_500, claims: 500 });
  store.reserve([], claim(1_000, 8_000_000));
  expect(store.size()).toEqual({ counters: 0, claims: 1 });
});

test("a clock that is set back neither frees nor loses anything", () => {
  const store = new MemoryLimitStore();
  const demands: Demand[] = [{ counter: "rpm", kind: "minute", limit: 2, amount: 1 }];
  const first = claim(1, 600_000);
  expect(store.reserve(demands, first).admitted).toBe(true);
  const second = claim(2, 300_000);
  expect(store.reserve(demands, second).admitted).toBe(true);
  expect(store.reserve(demands, claim(3, 300_000)).admitted).toBe(false);
  store.settle(demands, second, [0]);
  expect(store.reserve(demands, claim(4, 300_000)).admitted).toBe(true);
});
