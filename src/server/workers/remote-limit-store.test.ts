import { expect, test } from "bun:test";
import { limitStoreSuite } from "../../../testkit/limit-store-suite.ts";
import type { Claim, Demand, LimitStore } from "../../limits/limit-store.ts";
import { MemoryLimitStore } from "../../limits/memory-limit-store.ts";
import { attendWorker, type WorkerAttendance } from "./attend-worker.ts";
import { Channel } from "./channel.ts";
import type { PrimarySays, WorkerSays } from "./messages.ts";
import { RemoteLimitStore } from "./remote-limit-store.ts";

interface Worker {
  readonly store: RemoteLimitStore;
  readonly attendance: WorkerAttendance;
  readonly channel: Channel<WorkerSays, PrimarySays>;
}

/** A worker of a primary that counts in `limits`, with a pipe between them that carries text. */
function workerOf(limits: LimitStore): Worker {
  const nothing = async () => {
    throw new TypeError("not of this test");
  };
  const attendance = attendWorker(
    (packet) => {
      const text = JSON.stringify(packet);
      setImmediate(() => channel.receive(JSON.parse(text)));
    },
    {
      duties: {
        ...{ usage: { add() {} }, contents: { add() {} }, onRefused() {}, limits, log() {} },
        turns: { get: nothing, put: nothing, delete: nothing },
        keptAnswers: { remember: nothing, find: nothing, close: nothing, forget: nothing },
        ...{ keeps: () => true, flush: async () => {}, refresh: async () => {} },
      },
      onListening() {},
    },
  );
  const channel = new Channel<WorkerSays, PrimarySays>(
    (packet) => {
      const text = JSON.stringify(packet);
      setImmediate(() => attendance.channel.receive(JSON.parse(text)));
    },
    {
      notices: { written() {}, version() {}, present() {}, drain() {} },
      questions: { refresh: () => true, sync: () => true, metrics: () => "" },
    },
  );
  return { store: new RemoteLimitStore(channel), attendance, channel };
}

limitStoreSuite("a worker's", {
  open: async () => ({ store: workerOf(new MemoryLimitStore()).store, prefix: "k" }),
  runs: 15,
});

let claims = 0;
const claim = (now = 1_000): Claim => ({ id: `c${claims++}`, now, leaseMs: 60_000 });
const place = (limit: number): Demand => ({ counter: "calls", kind: "concurrency", limit, amount: 1 });
const budget = (limit: number, amount: number): Demand => {
  return { counter: "usd", kind: "budget", limit, amount, endsAt: 1e9 };
};

test("of 200 at once at four workers that ask for the only place, one gets in", async () => {
  const limits = new MemoryLimitStore();
  const workers = Array.from({ length: 4 }, () => workerOf(limits));
  const verdicts = await Promise.all(
    Array.from({ length: 50 }, () => workers.map(({ store }) => store.reserve([place(1)], claim()))).flat(),
  );
  expect(verdicts.filter(({ admitted }) => admitted)).toHaveLength(1);
});

test("a worker that dies gives its places back; what it reserved of a budget counts as spent", async () => {
  const limits = new MemoryLimitStore();
  const dying = workerOf(limits);
  const living = workerOf(limits);
  const settled = claim();
  await dying.store.reserve([place(4), budget(100, 10)], settled);
  await dying.store.reserve([place(4), budget(100, 20)], claim());
  await dying.store.reserve([place(4), budget(100, 30)], claim());
  expect((await living.store.reserve([place(4), budget(100, 1)], claim())).admitted).toBe(true);
  expect((await living.store.reserve([place(4)], claim())).admitted).toBe(false);
  dying.store.settle([place(4), budget(100, 10)], settled, [0, 4]);
  await dying.store.peek([], 1_000);
  dying.attendance.close();
  const [places, usd] = await living.store.peek([place(4), budget(100, 1)], 1_000);
  expect(places?.remaining).toBe(3);
  expect(usd?.remaining).toBe(100 - 4 - 20 - 30 - 1);
});

test("nobody is let in when the primary is gone", async () => {
  const worker = workerOf(new MemoryLimitStore());
  worker.channel.close();
  expect(await worker.store.reserve([place(5)], claim())).toMatchObject({
    admitted: false,
    refused: 0,
    unavailable: true,
    levels: [{ remaining: 0 }],
  });
  expect(await worker.store.peek([place(5)], 1_000)).toEqual([{ remaining: 0, resetMs: 1_000 }]);
  worker.store.settle([place(5)], claim(), [0]);
});
