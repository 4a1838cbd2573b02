import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { ask } from "./official-clients.ts";
import { type Pair, pairs, payloads, startWorld, vendorKey, vendorOf, type World } from "./world.ts";

// While the vendor is silent the client of a stream is told that all is well, and the vendor is not waited for longer.

let world: World;
beforeAll(async () => {
  world = await startWorld({ settings: { keepaliveMs: 100, timeouts: { firstByte: 1_000, idle: 1_000 } } });
});
afterAll(() => world.stop());

/** All pairs at once: most of the time is waiting. */
async function everyPair(check: (pair: Pair) => Promise<void>): Promise<void> {
  await Promise.all(pairs.map(check));
}

/** The signs of life in a raw stream. */
function signs({ surface }: Pair, stream: string): number {
  return surface.name === "chat"
    ? (stream.match(/^:/gm) ?? []).length
    : (stream.match(/^event: ping$/gm) ?? []).length;
}

async function stream(pair: Pair, reply: ScriptedReply): Promise<string> {
  vendorOf(world, pair).reply(reply);
  const response = await world.penstock.post(
    pair.surface.path,
    pair.surface.body(pair.model, { stream: true }),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  return response.text();
}

const recording = ({ wire }: Pair) =>
  wire === "chat" ? "openai/chat/openai-text.chunks.txt" : "anthropic/anthropic-text.chunks.txt";

test("a vendor that is silent before its headers: signs of life, then the answer", () =>
  everyPair(async (pair) => {
    const text = await stream(pair, { recording: recording(pair), pace: { delayMs: 600 } });
    expect(signs(pair, text)).toBeGreaterThanOrEqual(1);
    expect(text).toContain(pair.surface.end);
    expect(pair.surface.streamedText(text).length).toBeGreaterThan(50);
  }));

test("a vendor that is silent after its headers: signs of life, then the answer", () =>
  everyPair(async (pair) => {
    const text = await stream(pair, {
      recording: recording(pair),
      pace: { cutAt: [40], betweenMs: 600 },
    });
    expect(signs(pair, text)).toBeGreaterThanOrEqual(1);
    expect(text).toContain(pair.surface.end);
  }));

test("a vendor that fails after a long silence: signs of life, then one error event", () =>
  everyPair(async (pair) => {
    const text = await stream(pair, {
      status: 429,
      headers: { "retry-after": "9" },
      json: { error: { type: "rate_limit_error", message: vendorKey } },
      pace: { delayMs: 600 },
    });
    expect(signs(pair, text)).toBeGreaterThanOrEqual(1);
    const told = payloads(text).filter(({ error }) => error !== undefined);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain("rate_limit");
    expect(text).not.toContain(vendorKey);
    expect(text).not.toContain(pair.surface.end);
  }));

test("signs of life do not hide a dead vendor", () =>
  everyPair(async (pair) => {
    const text = await stream(pair, { json: {}, pace: { delayMs: 2_500 } });
    expect(JSON.stringify(payloads(text).at(-1))).toContain("did not answer within 1 s");
  }));

test("the official client takes no notice of them", () =>
  everyPair(async (pair) => {
    vendorOf(world, pair).reply({ recording: recording(pair), pace: { delayMs: 500 } });
    const { text, error } = await ask(world.penstock, {
      surface: pair.surface,
      model: pair.model,
      stream: true,
    });
    expect(error).toBeUndefined();
    expect(text.length).toBeGreaterThan(50);
  }));

test.each(pairs)(
  "$title: a client that leaves while it is kept waiting takes the vendor call with it",
  async (pair) => {
    const vendor = vendorOf(world, pair);
    vendor.reply({ json: {}, pace: { delayMs: 900 } });
    const arrived = vendor.nextRequest();
    const client = new AbortController();
    const response = await world.penstock.post(
      pair.surface.path,
      pair.surface.body(pair.model, { stream: true }),
      {
        signal: client.signal,
      },
    );
    await response.body?.getReader().read();
    const request = await arrived;
    client.abort();
    await Promise.race([request.aborted, Bun.sleep(1_000)]);
    expect(request.isAborted).toBe(true);
    const row = await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row.outcome).toBe("client_disconnected");
    expect(world.penstock.inFlight()).toBe(0);
  },
);
test("a whole answer that takes long is not begun early", async () => {
  world.chat.reply({ recording: "openai/chat/openai-text.json", pace: { delayMs: 700 } });
  const response = await world.penstock.post("/v1/chat/completions", pairs[0]?.surface.body("gpt-4o-mini"));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ object: "chat.completion" });
});
