import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type EverySurface, type SurfaceCall, startEverySurface, surfaceCalls } from "./every-surface.ts";
import { startRawCall } from "./raw-call.ts";

// On every surface: a client that leaves takes its vendor call with it, within 100 ms, whatever was sent so far.

let world: EverySurface;
beforeAll(async () => {
  world = await startEverySurface();
});
afterAll(() => world.stop());

interface Leaving {
  /** Bytes of the answer the vendor has sent when it falls silent; 0: not even its headers. */
  readonly sent: number;
}

/** Calls, leaves, and returns after how many milliseconds the vendor knew. */
async function leave(call: SurfaceCall, { sent }: Leaving): Promise<number> {
  const vendor = world.vendors[call.vendor];
  vendor.reply({
    ...call.reply,
    unchecked: true,
    pace: sent === 0 ? { delayMs: 3_000 } : { silentAfter: sent },
  });
  const arrived = vendor.nextRequest();
  const client = new AbortController();
  const answer = world.penstock
    .post(call.path, call.body, { signal: client.signal })
    .then((response) => response.body?.getReader().read());
  answer.catch(() => {});
  const request = await arrived;
  if (sent > 0 && call.stream) await answer;
  // Time for the vendor's first bytes to be under way.
  else await Bun.sleep(30);
  const left = performance.now();
  client.abort();
  const late = Bun.sleep(2_000).then(() => Number.POSITIVE_INFINITY);
  return (await Promise.race([request.aborted, late])) - left;
}

/** One slow turn of a busy machine says nothing; three do. */
async function quickest(call: SurfaceCall, leaving: Leaving): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && best > 100; attempt++)
    best = Math.min(best, await leave(call, leaving));
  return best;
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000 && !condition(); waited += 20) await Bun.sleep(20);
  expect(condition()).toBe(true);
}

describe.each(surfaceCalls)("$title", (call) => {
  test("before the first byte", async () => {
    expect(await quickest(call, { sent: 0 })).toBeLessThan(100);
    await until(() => world.penstock.inFlight() === 0);
  });

  test("after the first bytes", async () => {
    expect(await quickest(call, { sent: call.begun })).toBeLessThan(100);
    await until(() => world.penstock.inFlight() === 0);
  });
});

test("a client that reads nothing and leaves takes its vendor call with it", async () => {
  const { openai } = world.vendors;
  const event = { choices: [{ index: 0, delta: { content: "word ".repeat(20_000) } }] };
  openai.reply({
    events: Array.from({ length: 400 }, () => event),
    pace: { chunkBytes: 100_000, betweenMs: 1 },
  });
  const arrived = openai.nextRequest();
  const body = { model: "gpt-4o-mini", stream: true, messages: [{ role: "user", content: "hi" }] };
  const client = await startRawCall(world.penstock, { path: "/v1/chat/completions", body });
  const request = await arrived;
  // Until the buffers in between are full and the gateway waits for the client.
  await Bun.sleep(1_000);
  expect(request.isAborted).toBe(false);
  const left = performance.now();
  client.leave();
  const late = Bun.sleep(2_000).then(() => Number.POSITIVE_INFINITY);
  expect((await Promise.race([request.aborted, late])) - left).toBeLessThan(100);
  await until(() => world.penstock.inFlight() === 0);
});

test("a client that leaves while a retry waits for its time ends the wait, and nobody is asked again", async () => {
  await using patient = await startEverySurface({ env: { PENSTOCK_RETRIES: "2" } });
  const { penstock, vendors } = patient;
  for (const call of surfaceCalls) {
    const vendor = vendors[call.vendor];
    vendor.reply({ status: 503, headers: { "retry-after": "1" }, json: {}, unchecked: true });
    const arrived = vendor.nextRequest();
    const client = new AbortController();
    const answer = penstock.post(call.path, call.body, { signal: client.signal });
    answer.catch(() => {});
    await arrived;
    await Bun.sleep(60);
    const asked = vendor.requests.length;
    expect([call.title, penstock.inFlight()]).toEqual([call.title, 1]);
    client.abort();
    const left = performance.now();
    await until(() => penstock.inFlight() === 0);
    expect(performance.now() - left).toBeLessThan(500);
    expect(vendor.requests.length).toBe(asked);
  }
  await Bun.sleep(1_100);
  const asked = Object.values(vendors).map(({ requests }) => requests.length);
  await Bun.sleep(300);
  expect(Object.values(vendors).map(({ requests }) => requests.length)).toEqual(asked);
}, 20_000);
