import { afterAll, beforeAll, expect, test } from "bun:test";
import { type EverySurface, startEverySurface, surfaceCalls } from "./every-surface.ts";
import { limitedKey } from "./limited-key.ts";

// A place under a concurrency limit is held for as long as the vendor works, and no longer, whoever is there to see it.

let world: EverySurface;
beforeAll(async () => {
  world = await startEverySurface();
  world.vendors.openai.answerAll(() => ({ ...chat?.reply, unchecked: true }));
});
afterAll(() => world.stop());

const chat = surfaceCalls.find(({ path, stream }) => path === "/v1/chat/completions" && stream);
if (chat === undefined) throw new Error("no chat stream among the surfaces");

/** A key that may run one call at a time. */
async function singleKey(on_disconnect: "cancel" | "drain" | "keep"): Promise<string> {
  const { value } = await limitedKey(world.penstock, { concurrency: 1 }, { key: { on_disconnect } });
  return value;
}

function send(key: string, more: RequestInit = {}) {
  const headers = { authorization: `Bearer ${key}`, "idempotency-key": "one" };
  return world.penstock.post(chat?.path ?? "", chat?.body, { ...more, headers });
}

/** Begins a call whose vendor takes `ms`, and leaves after its first bytes. */
async function leave(key: string, ms: number): Promise<void> {
  const { openai } = world.vendors;
  openai.reply({ ...chat?.reply, unchecked: true, pace: { cutAt: [chat?.begun ?? 0], betweenMs: ms } });
  const client = new AbortController();
  const response = await send(key, { signal: client.signal });
  await response.body?.getReader().read();
  client.abort();
  await Bun.sleep(60);
}

/** Asks until there is room; what was said before there was, and then. */
async function ask(key: string): Promise<{ readonly refusals: readonly number[]; readonly text: string }> {
  const refusals: number[] = [];
  for (;;) {
    const response = await send(key);
    const text = await response.text();
    if (response.status === 200) return { refusals, text };
    refusals.push(response.status);
    await Bun.sleep(50);
  }
}

test("cancelled: the place is free at once", async () => {
  const key = await singleKey("cancel");
  await leave(key, 700);
  expect((await ask(key)).refusals).toEqual([]);
});

test("drained: the place is held until the vendor is done", async () => {
  const key = await singleKey("drain");
  await leave(key, 700);
  const { refusals } = await ask(key);
  expect(refusals.length).toBeGreaterThan(3);
  expect(new Set(refusals)).toEqual(new Set([429]));
});

test("kept: whoever joins takes no place of its own", async () => {
  const key = await singleKey("keep");
  await leave(key, 700);
  const { refusals, text } = await ask(key);
  expect([refusals, text.includes("[DONE]")]).toEqual([[], true]);
});
