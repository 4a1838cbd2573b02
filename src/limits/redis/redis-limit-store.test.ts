import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limitStoreSuite } from "../../../testkit/limit-store-suite.ts";
import { startRedis, type TestRedis } from "../../../testkit/redis.ts";
import type { Claim, Demand } from "../limit-store.ts";
import { RedisLimitStore, type RedisLimitStoreOptions } from "./redis-limit-store.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
}, 60_000);
afterAll(() => redis.close());

const open: RedisLimitStore[] = [];

/** One replica; a test of what is shared must not fail since this machine is busy. */
async function replica(options: Partial<RedisLimitStoreOptions> = {}): Promise<RedisLimitStore> {
  const store = new RedisLimitStore({
    ...{ url: redis.url, timeoutMs: 2_000, fallback: "closed", log: () => {} },
    ...options,
  });
  await store.start();
  open.push(store);
  return store;
}

let names = 0;
const newName = () => `org_${process.pid}_${names++}`;
const newClaim = (now = Date.now()): Claim => ({ id: crypto.randomUUID(), now, leaseMs: 30_000 });

describe("a store over Redis", () => {
  let shared: RedisLimitStore;
  beforeAll(async () => {
    shared = await replica();
  });
  afterAll(async () => {
    for (const store of open) await store.close();
  });

  limitStoreSuite("redis", {
    open: async () => ({ store: shared, prefix: `${newName()}/key`, flush: () => shared.flush() }),
    runs: 25,
  });

  test("of 200 at once on three replicas that ask for the only one, one gets in", async () => {
    const stores = [shared, await replica(), await replica()];
    for (const kind of ["budget", "concurrency", "minute"] as const) {
      const demand: Demand = { counter: `${newName()}/key.${kind}`, kind, limit: 1, amount: 1 };
      const asked = Array.from({ length: 200 }, (_, n) => stores[n % 3]?.reserve([demand], newClaim()));
      const verdicts = await Promise.all(asked);
      expect(verdicts.filter((verdict) => verdict?.admitted)).toHaveLength(1);
      expect(verdicts.some((verdict) => verdict?.unavailable)).toBe(false);
    }
  });

  test("what a replica had reserved of a budget when it died is given back in time", async () => {
    const counter = `${newName()}/org.usd`;
    const now = Date.now();
    const demand: Demand = { counter, kind: "budget", limit: 100, amount: 60, endsAt: now + 86_400_000 };
    const [dead, long] = [newClaim(now), newClaim(now)];
    const half = { ...demand, amount: 20 };
    await shared.reserve([demand], dead);
    await shared.reserve([half], long);
    expect((await shared.reserve([demand], newClaim(now + 60_000))).admitted).toBe(false);
    // Half an hour later one of them still runs, and says so.
    shared.renew([half], long, now + 1_800_000);
    await shared.flush();
    const later = newClaim(now + 3_700_000);
    expect((await shared.reserve([{ ...demand, amount: 81 }], later)).admitted).toBe(false);
    expect((await shared.reserve([{ ...demand, amount: 80 }], { ...later, id: "next" })).admitted).toBe(true);
    shared.settle([half], long, [20]);
    await shared.flush();
    shared.settle([{ ...demand, amount: 80 }], { ...later, id: "next" }, [0]);
    await shared.flush();
    expect((await shared.peek([demand], now))[0]?.remaining).toBe(80);
  });

  test("two replicas that reserve and settle in any order never hold or spend more than the budget", async () => {
    const stores = [shared, await replica()];
    const step = fc.record({ by: fc.nat(1), amount: fc.nat(60), used: fc.nat(60), settles: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const limit = 200;
        const counter = `${newName()}/org.usd`;
        const endsAt = Date.now() + 86_400_000;
        const held: { by: number; demands: Demand[]; claim: Claim; used: number }[] = [];
        let [taken, spent] = [0, 0];
        const running: Promise<unknown>[] = [];
        for (const { by, amount, used, settles } of steps) {
          const demands: Demand[] = [{ counter, kind: "budget", limit, amount, endsAt }];
          const claim = newClaim();
          running.push(
            Promise.resolve(stores[by]?.reserve(demands, claim)).then((verdict) => {
              if (!verdict?.admitted) return;
              taken += amount;
              held.push({ by, demands, claim, used: Math.min(used, amount) });
              expect(taken + spent).toBeLessThanOrEqual(limit);
            }),
          );
          if (!settles) continue;
          await Promise.all(running.splice(0));
          const done = held.shift();
          if (done === undefined) continue;
          taken -= done.demands[0]?.amount ?? 0;
          spent += done.used;
          stores[done.by]?.settle(done.demands, done.claim, [done.used]);
          await stores[done.by]?.flush();
        }
        await Promise.all(running);
        for (const store of stores) {
          const [level] = await store.peek(
            [{ counter, kind: "budget", limit, amount: 0, endsAt }],
            Date.now(),
          );
          expect(level?.remaining).toBe(limit - taken - spent);
        }
      }),
      { numRuns: 40 },
    );
  });
});
