import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { ByteSource, Outcome } from "../../engine/call.ts";
import { ClientGone } from "../../engine/send.ts";
import { Watchdog } from "../../engine/watchdog.ts";
import { Generation } from "./generation.ts";
import { MemoryGenerationStore } from "./memory-generation-store.ts";
import { Orphans } from "./orphans.ts";

const watchdog = new Watchdog();
afterAll(() => watchdog.close());

/** A vendor's stream, driven by the test. */
class Vendor implements ByteSource {
  reads = 0;
  cancelled = false;
  readonly #chunks: string[];
  readonly #buffer = new Uint8Array(4096);
  onEnd: () => void = () => {};

  constructor(chunks: readonly string[]) {
    this.#chunks = [...chunks];
  }

  async read(): Promise<Uint8Array | undefined> {
    this.reads++;
    await Promise.resolve();
    const next = this.cancelled ? undefined : this.#chunks.shift();
    if (next === undefined) {
      this.onEnd();
      return undefined;
    }
    // As the engine does: one buffer, again and again.
    const { written } = new TextEncoder().encodeInto(next, this.#buffer);
    return this.#buffer.subarray(0, written);
  }

  cancel(): void {
    this.cancelled = true;
  }
}

// Functions of their own: those of `begin` would hold the vendor.
const tick = () => performance.now();
function rethrow(error: unknown): never {
  throw error;
}

interface Begun {
  readonly generation: Generation;
  readonly vendor: Vendor;
  readonly orphans: Orphans;
  readonly store: MemoryGenerationStore;
}

function begin(chunks: readonly string[], { kept = true, most = 10, mostBytes = 1e6 } = {}): Begun {
  const vendor = new Vendor(chunks);
  const orphans = new Orphans(watchdog, { longestMs: 60_000, most });
  const store = new MemoryGenerationStore({
    ...{ keptMs: 60_000, mostBytes, watchdog },
    tick,
  });
  const generation = new Generation(
    {
      ...{ requestId: "req_1", orphans, keeper: kept ? store : undefined },
      onUnseenFailure: rethrow,
    },
    (detached) => {
      vendor.onEnd = () => detached.ended(vendor.cancelled ? "cancelled" : "completed");
      const outcome: Outcome = { kind: "stream", headers: { "x-a": "1" }, source: vendor };
      return { stream: true, outcome: Promise.resolve(outcome) };
    },
  );
  if (kept) store.add("name", { generation, digest: "d" });
  return { generation, vendor, orphans, store };
}

/** Reads to the end, or so many chunks and leaves. */
async function readAll(
  running: { readonly outcome: Promise<Outcome> },
  leaveAfter = Number.POSITIVE_INFINITY,
) {
  const outcome = await running.outcome;
  if (outcome.kind !== "stream") throw new Error("no stream");
  const { source } = outcome;
  let text = "";
  for (let reads = 0; reads < leaveAfter; reads++) {
    const chunk = await source.read();
    if (chunk === undefined) return text;
    text += Buffer.from(chunk as Uint8Array).toString();
  }
  source.cancel();
  return text;
}

const forever = new AbortController().signal;

test("whoever stays reads every byte, whenever they came and whoever else left; whoever left had a beginning", async () => {
  const chunks = fc.array(fc.stringMatching(/^[a-z]{1,200}$/), { minLength: 1, maxLength: 40 });
  const reader = fc.record({
    turns: fc.nat(30),
    leaveAfter: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(chunks, fc.array(reader, { minLength: 1, maxLength: 6 }), async (told, readers) => {
      const { generation, orphans, store } = begin(told);
      const whole = told.join("");
      const texts = await Promise.all(
        readers.map(async ({ turns, leaveAfter }, index) => {
          // The first is there from the start, as the request that began it.
          for (let turn = 0; index > 0 && turn < turns; turn++) await Promise.resolve();
          return { leaveAfter, text: await readAll(generation.join(forever), leaveAfter) };
        }),
      );
      for (const { leaveAfter, text } of texts) {
        if (leaveAfter === undefined) expect(text).toBe(whole);
        else expect(whole.startsWith(text)).toBe(true);
      }
      // With or without them it comes to its end and is kept.
      while (orphans.count > 0) await Bun.sleep(1);
      expect(await readAll(generation.join(forever))).toBe(whole);
      expect(store.find("name")?.generation).toBe(generation);
    }),
    { numRuns: 200 },
  );
});

test("the vendor is read as fast as the fastest client, not ahead of all, and to the end when the last has left", async () => {
  const { generation, vendor, orphans } = begin(Array.from({ length: 50 }, (_, index) => `chunk ${index};`));
  const client = new AbortController();
  const outcome = await generation.join(client.signal).outcome;
  await Bun.sleep(5);
  expect(vendor.reads).toBe(0);
  if (outcome.kind === "stream") for (let reads = 0; reads < 3; reads++) await outcome.source.read();
  await Bun.sleep(5);
  expect([vendor.reads, generation.left, orphans.count]).toEqual([3, false, 0]);
  client.abort();
  expect([generation.left, orphans.count]).toEqual([true, 1]);
  await Bun.sleep(5);
  expect([vendor.reads, orphans.count]).toEqual([51, 0]);
});

test("an answer that is not kept is held no longer than its slowest client needs it", async () => {
  const piece = "x".repeat(4_000);
  const { generation, vendor } = begin(
    Array.from({ length: 2_000 }, () => piece),
    { kept: false },
  );
  const [slow, fast] = [generation.join(forever), generation.join(forever)];
  const slowAnswer = await slow.outcome;
  const reading = readAll(fast);
  await Bun.sleep(50);
  // A megabyte ahead, then it waits.
  expect(vendor.reads).toBeGreaterThan(250);
  expect(vendor.reads).toBeLessThan(300);
  if (slowAnswer.kind === "stream") slowAnswer.source.cancel();
  expect((await reading).length).toBe(2_000 * 4_000);
});

test("an answer that grows too large to be kept reaches all who had joined, and is found by nobody after", async () => {
  const told = Array.from({ length: 300 }, (_, index) => `${index} `.repeat(100));
  const { generation, store } = begin(told, { mostBytes: 40_000 });
  const paces = [0, 3, 50];
  const joined = paces.map((pace) => ({ pace, running: generation.join(forever) }));
  const texts = await Promise.all(
    joined.map(async ({ pace, running }) => {
      const outcome = await running.outcome;
      let text = "";
      for (let reads = 0; outcome.kind === "stream"; reads++) {
        if (pace > 0 && reads % 10 === 0) await Bun.sleep(pace / 10);
        const chunk = await outcome.source.read();
        if (chunk === undefined) break;
        text += Buffer.from(chunk as Uint8Array).toString();
      }
      return text;
    }),
  );
  expect(texts).toEqual(paces.map(() => told.join("")));
  expect([store.find("name"), store.bytes]).toEqual([undefined, 0]);
});

test("a client that leaves before the answer is told so at once; the call goes on and may be joined", async () => {
  const { generation } = begin(["a", "b"]);
  const client = new AbortController();
  const first = generation.join(client.signal);
  client.abort();
  await expect(first.outcome).rejects.toBeInstanceOf(ClientGone);
  expect(generation.left).toBe(true);
  const second = generation.join(forever);
  expect(generation.left).toBe(false);
  expect(await readAll(second)).toBe("ab");
});

test("answers that are kept hold neither the requests nor the vendors' streams", async () => {
  const kept: { store: MemoryGenerationStore; vendor: WeakRef<Vendor> }[] = [];
  for (let count = 0; count < 20; count++) {
    const { generation, vendor, store } = begin(["a", "b"]);
    expect(await readAll(generation.join(forever))).toBe("ab");
    kept.push({ store, vendor: new WeakRef(vendor) });
  }
  const held = () => kept.filter(({ vendor }) => vendor.deref() !== undefined).length;
  for (let tries = 0; tries < 50 && held() > 2; tries++) {
    Bun.gc(true);
    await Bun.sleep(5);
  }
  // The last ones may still lie about on the stack.
  expect(held()).toBeLessThanOrEqual(2);
  for (const { store } of kept) {
    const generation = store.find("name")?.generation;
    expect(generation && (await readAll(generation.join(forever)))).toBe("ab");
  }
});

test("one orphan too many is cut, and nobody finds it again", async () => {
  const { generation, vendor, store } = begin(["a", "b", "c"], { most: 0 });
  const client = new AbortController();
  const joined = generation.join(client.signal);
  await joined.outcome;
  client.abort();
  expect([vendor.cancelled, generation.signal.aborted, store.find("name")]).toEqual([true, true, undefined]);
});
