import { expect, test } from "bun:test";
import { MemoryTurnStore } from "./memory-turn-store.ts";

const turn = (id: string, text = "x") => ({ id, items: [{ text }], answer: { id } });

test("a turn is known to its own organization only", async () => {
  const store = new MemoryTurnStore(() => 0);
  await store.put("org_a", turn("resp_1"));
  expect(await store.get("org_a", "resp_1")).toEqual(turn("resp_1"));
  expect(await store.get("org_b", "resp_1")).toBeUndefined();
  expect(await store.delete("org_b", "resp_1")).toBe(false);
  expect(await store.delete("org_a", "resp_1")).toBe(true);
  expect(await store.get("org_a", "resp_1")).toBeUndefined();
});

test("a turn is forgotten when it is too old", async () => {
  let now = 0;
  const store = new MemoryTurnStore(() => now, { total: 1000, each: 1000, age: 50 });
  await store.put("o", turn("resp_1"));
  now = 49;
  expect(await store.get("o", "resp_1")).toBeDefined();
  now = 50;
  expect(await store.get("o", "resp_1")).toBeUndefined();
});

test("what was not used for longest goes first, and one that is too long is not kept", async () => {
  const size = JSON.stringify(turn("resp_1")).length;
  const store = new MemoryTurnStore(() => 0, { total: 2 * size, each: size, age: 50 });
  await store.put("o", turn("resp_1"));
  await store.put("o", turn("resp_2"));
  await store.get("o", "resp_1");
  await store.put("o", turn("resp_3"));
  const known = async (id: string) => (await store.get("o", id)) !== undefined;
  expect([await known("resp_1"), await known("resp_2"), await known("resp_3")]).toEqual([true, false, true]);
  await store.put("o", turn("resp_4", "too long to keep"));
  expect(await known("resp_4")).toBe(false);
  expect(await known("resp_3")).toBe(true);
});

test("a turn that is kept again counts once", async () => {
  const size = JSON.stringify(turn("resp_1")).length;
  const store = new MemoryTurnStore(() => 0, { total: 2 * size, each: size, age: 50 });
  for (let i = 0; i < 5; i++) await store.put("o", turn("resp_1"));
  await store.put("o", turn("resp_2"));
  expect(await store.get("o", "resp_1")).toBeDefined();
});
