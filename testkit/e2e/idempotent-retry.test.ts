import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { readMetrics } from "../read-metrics.ts";
import { type EverySurface, type SurfaceCall, startEverySurface, surfaceCalls } from "./every-surface.ts";

// `on_disconnect: keep`: a retry with the same idempotency key joins the vendor call that runs, or gets the answer of the
// one that is over, and pays nothing.

let world: EverySurface;
let key: string;
beforeAll(async () => {
  world = await startEverySurface();
  key = await world.key("keep");
});
afterAll(() => world.stop());

interface Sending {
  readonly idempotencyKey: string;
  readonly signal?: AbortSignal;
  readonly as?: string;
  readonly body?: unknown;
}

function send(call: SurfaceCall, { idempotencyKey, signal, as = key, body = call.body }: Sending) {
  return world.penstock.post(call.path, body, {
    ...(signal !== undefined && { signal }),
    headers: { authorization: `Bearer ${as}`, "idempotency-key": idempotencyKey },
  });
}

const asked = (call: SurfaceCall) => world.vendors[call.vendor].requests.length;
const idOf = ({ headers }: Response) => headers.get("x-penstock-request-id") ?? "";
const originalOf = ({ headers }: Response) => headers.get("x-penstock-original-request-id");

/** Headers that are the answer's, not the request's or the connection's. */
function told({ headers }: Response): Record<string, string> {
  const own =
    /^(date|content-length|transfer-encoding|connection|(x-)?request-id|x-penstock-(request-id|idempotent-replay|original-request-id))$/;
  return Object.fromEntries([...headers].filter(([name]) => !own.test(name)));
}

describe.each(surfaceCalls)("$title", (call) => {
  test("equal requests at the same time and after run once; all get the same answer", async () => {
    const vendor = world.vendors[call.vendor];
    const before = asked(call);
    const idempotencyKey = `same ${call.title}`.replaceAll(/\W+/g, "-");
    const pace = call.stream ? { cutAt: [call.begun], betweenMs: 200 } : { delayMs: 200 };
    vendor.reply({ ...call.reply, unchecked: true, pace });
    const arrived = vendor.nextRequest();
    const first = send(call, { idempotencyKey });
    await arrived;
    const responses = await Promise.all([
      first,
      send(call, { idempotencyKey }),
      send(call, { idempotencyKey }),
    ]);
    const texts = await Promise.all(responses.map((response) => response.text()));
    const late = await send(call, { idempotencyKey });
    const lateText = await late.text();
    expect(asked(call)).toBe(before + 1);
    const [original, ...joined] = responses;
    if (original === undefined) throw new Error("no response");
    expect(original.status).toBe(200);
    expect(texts[0]?.length).toBeGreaterThan(10);
    expect([...texts, lateText]).toEqual(Array.from({ length: 4 }, () => texts[0] ?? ""));
    expect([originalOf(original), original.headers.has("x-penstock-idempotent-replay")]).toEqual([
      null,
      false,
    ]);
    for (const response of [...joined, late]) {
      expect(response.status).toBe(200);
      expect(response.headers.get("x-penstock-idempotent-replay")).toBe("true");
      expect(originalOf(response)).toBe(idOf(original));
      expect(idOf(response)).not.toBe(idOf(original));
      expect(told(response)).toEqual(told(original));
    }
  });

  test("a retry after the client was cut off joins what it began", async () => {
    const vendor = world.vendors[call.vendor];
    const before = asked(call);
    const idempotencyKey = `cut ${call.title}`.replaceAll(/\W+/g, "-");
    const pace = call.stream ? { cutAt: [call.begun], betweenMs: 250 } : { delayMs: 250 };
    vendor.reply({ ...call.reply, unchecked: true, pace });
    const arrived = vendor.nextRequest();
    const client = new AbortController();
    const cut = send(call, { idempotencyKey, signal: client.signal });
    cut.catch(() => {});
    const request = await arrived;
    if (call.stream) await (await cut).body?.getReader().read();
    client.abort();
    await Bun.sleep(20);
    const retry = await send(call, { idempotencyKey });
    const text = await retry.text();
    const again = await (await send(call, { idempotencyKey })).text();
    expect([request.isAborted, asked(call)]).toEqual([false, before + 1]);
    expect(retry.headers.get("x-penstock-idempotent-replay")).toBe("true");
    expect(again).toBe(text);
    const row = await world.penstock.ledgerRow(originalOf(retry) ?? "");
    // Somebody was there at its end.
    expect(row).toMatchObject({ outcome: "completed", status: 200 });
  });
});

const chat = surfaceCalls.find(({ path, stream }) => path === "/v1/chat/completions" && stream);
const messages = surfaceCalls.find(({ path, stream }) => path === "/v1/messages" && !stream);
if (chat === undefined || messages === undefined) throw new Error("no chat or messages among the surfaces");

test("OpenAI's own client retries by itself after a cut and pays once", async () => {
  const { openai } = world.vendors;
  const before = openai.requests.length;
  openai.reply({ recording: "openai/chat/openai-text.json", unchecked: true, pace: { delayMs: 900 } });
  const client = new OpenAI({
    ...{ baseURL: `${world.penstock.url}/v1`, apiKey: key },
    // The first attempts time out on the client's side.
    ...{ timeout: 300, maxRetries: 5 },
  });
  const { data, response } = await client.chat.completions
    .create(
      { model: "gpt-4o-mini", messages: [{ role: "user", content: "Say hello." }] },
      { headers: { "Idempotency-Key": "sdk-1" } },
    )
    .withResponse();
  expect(data.choices[0]?.message.content?.length).toBeGreaterThan(10);
  expect(response.headers.get("x-penstock-idempotent-replay")).toBe("true");
  expect(openai.requests.length).toBe(before + 1);
});

test.each(["gpt-4o-mini", "claude-sonnet-4-5"])(
  "a stream of %s that OpenAI's client lost is had whole by asking again",
  async (model) => {
    const vendor = model === "gpt-4o-mini" ? world.vendors.openai : world.vendors.anthropic;
    const folder = model === "gpt-4o-mini" ? "openai/chat/openai-text" : "anthropic/anthropic-text";
    const before = vendor.requests.length;
    vendor.reply({
      ...{ recording: `${folder}.chunks.txt`, unchecked: true },
      pace: { cutAt: [1_500, 2_500, 3_500], betweenMs: 120 },
    });
    const client = new OpenAI({ baseURL: `${world.penstock.url}/v1`, apiKey: key, maxRetries: 0 });
    const ask = () =>
      client.chat.completions.create(
        { model, stream: true, messages: [{ role: "user", content: "Say hello." }] },
        { headers: { "Idempotency-Key": `sdk-stream-${model}` } },
      );
    const lost = await ask();
    let beginning = "";
    for await (const chunk of lost) {
      beginning += chunk.choices[0]?.delta.content ?? "";
      if (beginning !== "") break;
    }
    lost.controller.abort();
    let whole = "";
    let finish: string | null | undefined;
    for await (const chunk of await ask()) {
      whole += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect([beginning !== "", whole.startsWith(beginning), finish]).toEqual([true, true, "stop"]);
    expect(whole.length).toBeGreaterThan(beginning.length + 50);
    expect(vendor.requests.length).toBe(before + 1);
  },
);

test("another request under the same key is refused in the client's dialect, and another key is another client", async () => {
  for (const call of [chat, messages]) {
    const idempotencyKey = `mismatch-${call.vendor}`;
    const vendor = world.vendors[call.vendor];
    vendor.reply({ ...call.reply, unchecked: true });
    await (await send(call, { idempotencyKey })).text();
    const other = await send(call, { idempotencyKey, body: { ...call.body, temperature: 0.5 } });
    expect([other.status, other.headers.get("x-penstock-error")]).toEqual([422, "idempotency_mismatch"]);
    const { error } = (await other.json()) as { error: { message: string } };
    expect(error.message).toContain("idempotency-key");
    const before = asked(call);
    vendor.reply({ ...call.reply, unchecked: true });
    const stranger = await send(call, { idempotencyKey, as: await world.key("keep") });
    await stranger.text();
    expect([asked(call), originalOf(stranger)]).toEqual([before + 1, null]);
  }
  const wrong = await send(chat, { idempotencyKey: "x".repeat(256) });
  expect([wrong.status, wrong.headers.get("x-penstock-error")]).toEqual([400, "invalid_request"]);
});

test("what failed is not kept: before the answer, within it, and for all that waited", async () => {
  const { openai } = world.vendors;
  const failures = [
    {
      status: 400,
      json: { error: { message: "no", type: "invalid_request_error" } },
      pace: { delayMs: 150 },
    },
    { ...chat.reply, pace: { dropAfter: 5_000, chunkBytes: 1_000, betweenMs: 20 } },
  ];
  for (const [index, failure] of failures.entries()) {
    const idempotencyKey = `failed-${index}`;
    openai.reply({ ...failure, unchecked: true });
    const arrived = openai.nextRequest();
    const first = send(chat, { idempotencyKey });
    await arrived;
    const [one, two] = await Promise.all([first, send(chat, { idempotencyKey })]);
    expect(two?.status).toBe(one.status);
    const [told, toldToo] = [await one.text(), await two.text()];
    expect(toldToo.includes("error")).toBe(true);
    expect(told.includes("error")).toBe(true);
    openai.reply({ ...chat.reply, unchecked: true });
    const before = openai.requests.length;
    const retry = await send(chat, { idempotencyKey });
    expect(await retry.text()).toContain("[DONE]");
    expect([openai.requests.length, originalOf(retry)]).toEqual([before + 1, null]);
  }
});

test("a key of another policy pays for each request, and so does a call without an idempotency key", async () => {
  const { openai } = world.vendors;
  const before = openai.requests.length;
  for (const as of [await world.key("cancel"), await world.key("drain")]) {
    for (let count = 0; count < 2; count++) {
      openai.reply({ ...chat.reply, unchecked: true });
      await (await send(chat, { idempotencyKey: "plain", as })).text();
    }
  }
  for (let count = 0; count < 2; count++) {
    openai.reply({ ...chat.reply, unchecked: true });
    await (
      await world.penstock.post(chat.path, chat.body, { headers: { authorization: `Bearer ${key}` } })
    ).text();
  }
  expect(openai.requests.length).toBe(before + 6);
});

test("twenty clients at one generation: one row, one price, and a silent vendor keeps nobody waiting unheard", async () => {
  const quick = await startEverySurface({ settings: { keepaliveMs: 100 } });
  try {
    const as = await quick.key("keep");
    const headers = { authorization: `Bearer ${as}`, "idempotency-key": "crowd" };
    quick.vendors.openai.reply({ ...chat.reply, unchecked: true, pace: { delayMs: 700 } });
    const ask = () =>
      quick.penstock.post(chat.path, chat.body, { headers }).then((response) => response.text());
    const arrived = quick.vendors.openai.nextRequest();
    const first = ask();
    await arrived;
    const texts = await Promise.all([first, ...Array.from({ length: 19 }, ask)]);
    const answers = texts.map((text) => text.replaceAll(/^:.*\n\n/gm, ""));
    expect(new Set(answers).size).toBe(1);
    for (const text of texts) expect(text).toMatch(/^:/m);
    const scraped = readMetrics(await (await fetch(`${quick.penstock.url}/metrics`)).text());
    expect(scraped.value("penstock_replays_total")).toBe(19);
    expect(scraped.value("penstock_kept_answer_bytes")).toBeGreaterThan(10_000);
    expect(scraped.sum("penstock_requests_total", {})).toBe(1);
    expect(quick.vendors.openai.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  } finally {
    await quick.stop();
  }
});
