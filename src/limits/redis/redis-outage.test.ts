import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startRedis, type TestRedis } from "../../../testkit/redis.ts";
import type { Claim, Demand, Verdict } from "../limit-store.ts";
import type { FallbackRule } from "./local-share.ts";
import { RedisLimitStore } from "./redis-limit-store.ts";

const timeoutMs = 50;
/** What a busy machine may add to a timer. */
const slackMs = 100;
const pauses = { firstMs: 200, longestMs: 800 };
const endsAt = Date.now() + 86_400_000;

let redis: TestRedis;
let stores: RedisLimitStore[] = [];
let events: string[] = [];
let lost = 0;
let names = 0;

beforeEach(async () => {
  redis = await startRedis();
  stores = [];
  events = [];
  lost = 0;
}, 60_000);
afterEach(async () => {
  redis.thaw();
  for (const store of stores) await store.close();
  await redis.close();
});

async function replica(fallback: FallbackRule = "share"): Promise<RedisLimitStore> {
  const store = new RedisLimitStore({
    ...{ url: redis.url, timeoutMs, fallback, pauses },
    log: (event) => events.push(event),
    onMemoryLost: () => {
      lost++;
    },
  });
  stores.push(store);
  await store.start();
  return store;
}

const claim = (): Claim => ({ id: crypto.randomUUID(), now: Date.now(), leaseMs: 30_000 });
const counter = () => `org_${names++}/key.usd`;
const budget = (name: string, limit: number, amount: number): Demand => ({
  ...{ counter: name, kind: "budget", limit, amount, endsAt },
});
const left = async (store: RedisLimitStore, name: string, limit: number) =>
  (await store.peek([budget(name, limit, 0)], Date.now()))[0]?.remaining;

async function timed(work: () => Verdict | Promise<Verdict>): Promise<{ ms: number; verdict: Verdict }> {
  const began = performance.now();
  const verdict = await work();
  return { ms: performance.now() - began, verdict };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("It did not come to that in five seconds.");
    await Bun.sleep(10);
  }
}

/** Reserves and settles at once what `amount` says; whether it was admitted. */
async function spend(store: RedisLimitStore, demand: Demand): Promise<boolean> {
  const mine = claim();
  const { admitted } = await store.reserve([demand], mine);
  if (admitted) store.settle([demand], mine, [demand.amount]);
  return admitted;
}

describe("a Redis that is frozen", () => {
  test("costs a request no more than the timeout, and later ones nothing", async () => {
    const store = await replica();
    const name = counter();
    await store.reserve([budget(name, 1_000_000, 1)], claim());
    redis.freeze();
    const first = await Promise.all(
      Array.from({ length: 20 }, () => timed(() => store.reserve([budget(name, 1_000_000, 1)], claim()))),
    );
    for (const { ms, verdict } of first) {
      expect(ms).toBeLessThan(timeoutMs + slackMs);
      expect(verdict.admitted).toBe(true);
    }
    expect(store.status()).toMatchObject({ shared: false, decidedAlone: 20 });
    // Longer than the pauses between two looks: the look is nobody's to wait for.
    const end = Date.now() + 600;
    let slow = 0;
    while (Date.now() < end) {
      const { ms } = await timed(() => store.reserve([budget(name, 1_000_000, 1)], claim()));
      if (ms > timeoutMs / 2) slow++;
      await Bun.sleep(5);
    }
    // One may meet a pause of this process itself.
    expect(slow).toBeLessThan(2);
    expect(events).toEqual(["limits_shared", "limits_not_shared"]);
  });

  test("gives back, when it wakes, what it took for requests that had left", async () => {
    const store = await replica();
    const name = counter();
    redis.freeze();
    await Promise.all([1, 2, 3].map(() => store.reserve([budget(name, 100, 20)], claim())));
    // Three were sent to the frozen one and are waiting there; three were taken of this replica's share.
    redis.thaw();
    await until(() => store.status().shared);
    expect(await left(store, name, 100)).toBe(40);
  });

  test("is told, when it wakes, what was spent meanwhile", async () => {
    const [one, two] = [await replica(), await replica()];
    const name = counter();
    expect(await spend(one, budget(name, 100, 10))).toBe(true);
    await one.flush();
    redis.freeze();
    for (const store of [one, two])
      for (let n = 0; n < 4; n++) await store.reserve([budget(counter(), 1, 0)], claim());
    expect(await spend(one, budget(name, 100, 15))).toBe(true);
    expect(await spend(one, budget(name, 100, 5))).toBe(true);
    redis.thaw();
    await until(() => stores.every((store) => store.status().shared));
    expect(await left(two, name, 100)).toBe(70);
  });
});

describe("replicas without Redis", () => {
  test("keep together to what was left of a budget, each to its share", async () => {
    const all = [await replica(), await replica(), await replica()];
    await until(() => all.every((store) => store.status().replicas === 3));
    const name = counter();
    for (const store of all) expect(await spend(store, budget(name, 100, 4))).toBe(true);
    await Promise.all(all.map((store) => store.flush()));
    for (const store of all) await left(store, name, 100);
    await redis.kill();
    await until(() => all.every((store) => !store.status().shared));
    let spent = 12;
    for (let round = 0; round < 60; round++)
      for (const store of all) if (await spend(store, budget(name, 100, 1))) spent++;
    // 88 were left: 29 each.
    expect(spent).toBe(12 + 3 * 29);
    await redis.start();
    await until(() => all.every((store) => store.status().shared && store.status().unsettled === 0));
    await until(async () => (await left(all[0] ?? fail(), name, 100)) === 100 - spent);
  });

  test("share what is counted by the minute and at one time, at least one each", async () => {
    const all = [await replica(), await replica()];
    await until(() => all.every((store) => store.status().replicas === 2));
    await redis.kill();
    await until(() => all.every((store) => !store.status().shared));
    const [store] = all;
    const admitted = async (demand: Demand) => {
      let count = 0;
      for (let n = 0; n < 12; n++) if ((await store?.reserve([demand], claim()))?.admitted) count++;
      return count;
    };
    expect(await admitted({ counter: counter(), kind: "minute", limit: 7, amount: 1 })).toBe(3);
    expect(await admitted({ counter: counter(), kind: "concurrency", limit: 4, amount: 1 })).toBe(2);
    expect(await admitted({ counter: counter(), kind: "concurrency", limit: 1, amount: 1 })).toBe(1);
  });

  test("let everybody or nobody in where the operator says so, and say which", async () => {
    const [open, closed] = [await replica("open"), await replica("closed")];
    await redis.kill();
    await until(() => stores.every((store) => !store.status().shared));
    const name = counter();
    expect((await open.reserve([budget(name, 1, 50)], claim())).admitted).toBe(true);
    expect(await closed.reserve([budget(name, 100, 1)], claim())).toMatchObject({
      ...{ admitted: false, unavailable: true },
    });
    expect(closed.status()).toMatchObject({ shared: false, fallback: "closed" });
  });

  test("begin without it, and share as soon as it is there", async () => {
    await redis.kill();
    const store = await replica();
    const name = counter();
    await store.seed([{ counter: name, spent: 30, endsAt }]);
    expect(store.status().shared).toBe(false);
    expect((await store.reserve([budget(name, 100, 71)], claim())).admitted).toBe(false);
    expect(await spend(store, budget(name, 100, 20))).toBe(true);
    await redis.start();
    await until(() => store.status().shared);
    expect(await left(store, name, 100)).toBe(50);
  });
});

describe("a Redis that lost its memory", () => {
  test("is told again what was spent and what is held, and the ledger is asked", async () => {
    const [one, two] = [await replica(), await replica()];
    const name = counter();
    await one.seed([{ counter: name, spent: 25, endsAt }]);
    expect(await spend(one, budget(name, 100, 10))).toBe(true);
    const held = claim();
    expect((await two.reserve([budget(name, 100, 30)], held)).admitted).toBe(true);
    await one.flush();
    await redis.kill();
    await redis.start();
    await until(() => lost === 2 && stores.every((store) => store.status().shared));
    expect(await left(one, name, 100)).toBe(35);
    two.settle([budget(name, 100, 30)], held, [5]);
    await two.flush();
    expect(await left(one, name, 100)).toBe(60);
  });

  test("by a flush gives away nothing that was spent, from the next request on", async () => {
    const store = await replica();
    const name = counter();
    expect(await spend(store, budget(name, 100, 95))).toBe(true);
    await store.flush();
    await redis.flush();
    expect((await store.reserve([budget(name, 100, 6)], claim())).admitted).toBe(false);
    expect((await store.reserve([budget(name, 100, 5)], claim())).admitted).toBe(true);
  });
});

function fail(): never {
  throw new Error("There is no such store.");
}
