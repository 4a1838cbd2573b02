import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createWorld, type ServiceWorld } from "../../../testkit/service-world.ts";
import { engines } from "../../../testkit/storage-engines.ts";
import { usageRecord } from "../../../testkit/usage-record.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { UsageRecord } from "../../plane/usage-record.ts";
import type { ServiceLogEntry } from "../service-context.ts";
import { getRequest } from "./get-request.ts";
import { createLedgerWriter } from "./writer.ts";

for (const engine of engines) {
  describe(`the ledger on ${engine}`, () => {
    let world: ServiceWorld;
    beforeEach(async () => {
      world = await createWorld(engine);
    }, 60_000);
    afterEach(() => world.close());

    const record = (change: Partial<UsageRecord> = {}) => usageRecord({ orgId: world.orgId, ...change });

    test("a record is read back as it was, in its own org only", async () => {
      const none = record({
        requestId: "req_2",
        providerId: undefined,
        costUsd: undefined,
        wireModel: undefined,
      });
      await world.storage.ledger.insert([record(), none]);
      expect(await getRequest(world.admin, { orgId: world.orgId, requestId: "req_1" })).toEqual(record());
      expect(await getRequest(world.admin, { orgId: world.orgId, requestId: "req_2" })).toEqual(none);
      await expect(
        getRequest(world.system, { orgId: "org_other", requestId: "req_1" }),
      ).rejects.toMatchObject({ code: "not_found" });
    });

    test("a replay is kept once, and the first stays", async () => {
      await world.storage.ledger.insert([record({ status: 200 })]);
      await world.storage.ledger.insert([record({ status: 500 }), record({ requestId: "req_9" })]);
      expect((await world.storage.ledger.find(record()))?.status).toBe(200);
      expect(await world.storage.ledger.find(record({ requestId: "req_9" }))).toBeDefined();
    });

    test("what a client or vendor made up does not stop the batch", async () => {
      const odd = record({
        requestId: "req_odd",
        requestedModel: `a\0b\ud800${"x".repeat(5000)}`,
        usage: { ...record().usage, input: Number.NaN, output: 1.4, raw: { text: "\0\ud800" } },
        costUsd: Number.POSITIVE_INFINITY,
      });
      await world.storage.ledger.insert([record(), odd]);
      const found = await world.storage.ledger.find(odd);
      expect(found).toMatchObject({ usage: { input: 0, output: 1 }, costUsd: undefined });
      expect(found?.requestedModel.startsWith("a\uFFFDb\uFFFD")).toBe(true);
    });

    test("thousands through the writer: all there after a flush, while configuration changes", async () => {
      const writer = createLedgerWriter({ store: world.storage.ledger, log: world.system.log });
      const changes = Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          world.storage.change(async (writes) => {
            await writes.instance.set("setup_token_digest", String(index));
            await Bun.sleep(1);
          }),
        ),
      );
      for (let index = 0; index < 3000; index++) writer.add(record({ requestId: `req_${index}` }));
      await writer.flush();
      await changes;
      expect(writer.stats()).toMatchObject({ queued: 0, written: 3000, lost: 0, failures: 0 });
      expect(await world.storage.ledger.find(record({ requestId: "req_2999" }))).toBeDefined();
      await writer.close();
    });

    test("a record still queued is found when it is asked for", async () => {
      const writer = createLedgerWriter({ store: world.storage.ledger, log: () => {}, intervalMs: 60_000 });
      writer.add(record());
      const ctx = { ...world.admin, flushLedger: () => writer.flush() };
      expect(await getRequest(ctx, { orgId: world.orgId, requestId: "req_1" })).toEqual(record());
      await writer.close();
    });
  });
}

describe("the ledger's queue", () => {
  /** A store that is down until it is told otherwise. */
  function createStore() {
    const kept: string[] = [];
    const store = {
      down: false,
      refuses: "",
      kept,
      async insert(records: readonly UsageRecord[]) {
        if (store.down) throw new PenstockError("storage_unavailable");
        if (records.some((record) => record.requestId === store.refuses)) throw new PenstockError("internal");
        kept.push(...records.map((record) => record.requestId));
      },
      find: async () => undefined,
      recentUse: async () => ({ requests: 0, keys: 0, lastAt: undefined }),
    };
    return store;
  }
  const logged: ServiceLogEntry[] = [];
  const log = (entry: ServiceLogEntry) => void logged.push(entry);

  test("writes by itself, in batches, in order", async () => {
    const store = createStore();
    const writer = createLedgerWriter({ store, log, intervalMs: 5, batchSize: 2 });
    for (const requestId of ["a", "b", "c", "d", "e"]) writer.add(usageRecord({ requestId }));
    await Bun.sleep(60);
    expect(store.kept).toEqual(["a", "b", "c", "d", "e"]);
    await writer.close();
  });

  test("a long queue is written piece by piece, and others have their turn in between", async () => {
    const store = createStore();
    const turns: number[] = [];
    const insert = store.insert;
    store.insert = async (records) => {
      turns.push(records.length);
      await insert(records);
    };
    const writer = createLedgerWriter({ store, log, intervalMs: 60_000, batchSize: 10 });
    for (let index = 0; index < 45; index++) writer.add(usageRecord({ requestId: `${index}` }));
    const written = writer.flush();
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(0);
    }
    await written;
    expect(turns.filter((count) => count > 0)).toEqual([10, 10, 10, 10, 5]);
    expect(turns.slice(0, 5).filter((count) => count === 0).length).toBeGreaterThanOrEqual(2);
    expect(store.kept).toEqual(Array.from({ length: 45 }, (_, index) => `${index}`));
    await writer.close();
  });

  test("keeps everything while storage is down and writes it when it is back", async () => {
    const store = createStore();
    store.down = true;
    const writer = createLedgerWriter({ store, log, intervalMs: 5 });
    writer.add(usageRecord({ requestId: "a" }));
    await Bun.sleep(30);
    await expect(writer.flush()).rejects.toMatchObject({ code: "storage_unavailable" });
    writer.add(usageRecord({ requestId: "b" }));
    expect(writer.stats()).toMatchObject({ queued: 2, lost: 0 });
    expect(writer.stats().failures).toBeGreaterThan(0);
    store.down = false;
    await writer.close();
    expect(store.kept).toEqual(["a", "b"]);
    expect(writer.stats()).toMatchObject({ queued: 0, written: 2, lost: 0, failures: 0 });
  });

  test("beyond its bound it counts what it loses, and says so", async () => {
    const store = createStore();
    store.down = true;
    const writer = createLedgerWriter({ store, log, capacity: 3, intervalMs: 60_000 });
    for (let index = 0; index < 10; index++) writer.add(usageRecord({ requestId: `${index}` }));
    expect(writer.stats()).toMatchObject({ queued: 3, lost: 7 });
    expect(logged.some((entry) => entry.event === "ledger_full")).toBe(true);
    await writer.close(20);
    expect(writer.stats()).toMatchObject({ queued: 0, lost: 10 });
  });

  test("one record the engine refuses is left out, the others are written", async () => {
    const store = createStore();
    store.refuses = "5";
    const writer = createLedgerWriter({ store, log, intervalMs: 60_000 });
    for (let index = 0; index < 9; index++) writer.add(usageRecord({ requestId: `${index}` }));
    await writer.flush();
    expect(store.kept).toEqual(["0", "1", "2", "3", "4", "6", "7", "8"]);
    expect(writer.stats()).toMatchObject({ written: 8, lost: 1, queued: 0 });
    await writer.close();
  });
});
