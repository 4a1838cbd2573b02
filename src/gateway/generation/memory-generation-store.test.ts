import { afterAll, expect, test } from "bun:test";
import { Watchdog } from "../../engine/watchdog.ts";
import { Generation } from "./generation.ts";
import { MemoryGenerationStore } from "./memory-generation-store.ts";
import { Orphans } from "./orphans.ts";

let now = 0;
const watchdog = new Watchdog(() => now);
const orphans = new Orphans(watchdog, { longestMs: 1_000, most: 10 });
afterAll(() => watchdog.close());

/** A generation whose whole answer has so many bytes. */
async function answer(store: MemoryGenerationStore, name: string, bytes: number): Promise<Generation> {
  const body = new Uint8Array(bytes);
  const generation = new Generation(
    {
      ...{ requestId: name, orphans, keeper: store },
      onUnseenFailure: (error) => {
        throw error;
      },
    },
    (detached) => {
      detached.ended("completed");
      return { stream: false, outcome: Promise.resolve({ kind: "body" as const, headers: {}, body }) };
    },
  );
  store.add(name, { generation, digest: "d" });
  await generation.join(new AbortController().signal).outcome;
  return generation;
}

function create(mostBytes = 100_000): MemoryGenerationStore {
  return new MemoryGenerationStore({ keptMs: 1_000, mostBytes, tick: () => now, watchdog });
}

const found = (store: MemoryGenerationStore, names: readonly string[]) =>
  names.filter((name) => store.find(name) !== undefined);

test("an answer is kept for its time, and its memory given back when that is over, asked or not", async () => {
  const store = create();
  await answer(store, "a", 10_000);
  now += 600;
  await answer(store, "b", 10_000);
  expect(store.bytes).toBeGreaterThan(20_000);
  now += 500;
  expect(found(store, ["a", "b"])).toEqual(["b"]);
  now += 600;
  watchdog.check();
  watchdog.check();
  expect(store.bytes).toBe(0);
});

test("when room is short the oldest finished answers go first; one that takes too much is not kept at all", async () => {
  const store = create();
  for (const name of ["a", "b", "c", "d", "e"]) await answer(store, name, 20_000);
  expect(found(store, ["a", "b", "c", "d", "e"])).toEqual(["b", "c", "d", "e"]);
  await answer(store, "large", 30_000);
  expect(found(store, ["b", "c", "d", "e", "large"])).toEqual(["b", "c", "d", "e"]);
  expect(store.bytes).toBeLessThanOrEqual(100_000);
});

test("many short answers are bounded, too", async () => {
  const store = create();
  for (let index = 0; index < 500; index++) await answer(store, `short ${index}`, 1);
  expect(store.bytes).toBeLessThanOrEqual(100_000);
  expect(store.find("short 499")).toBeDefined();
  expect(store.find("short 0")).toBeUndefined();
});

test("an answer that has failed is forgotten", async () => {
  const store = create();
  const generation = await answer(store, "a", 10);
  store.failed(generation);
  expect([store.find("a"), store.bytes]).toEqual([undefined, 0]);
});
