import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { chatSurface, messagesSurface, payloads, readError, type Surface, vendorKey } from "./world.ts";

// What a client sees of a vendor that fails when something else can be tried: nothing but the answer.

let penstock: TestPenstock;
let first: MockVendor;
let second: MockVendor;

beforeAll(async () => {
  penstock = await startPenstock({
    settings: {
      attempts: { retries: 2, backoffMs: 5, circuits: false },
      timeouts: { firstByte: 3_000, idle: 400 },
    },
  });
  first = startOpenAiChatMock({ apiKey: vendorKey });
  second = startOpenAiChatMock({ apiKey: vendorKey });
});

let pairs = 0;
const model = "gpt-4o-mini";
const added: string[] = [];
/** Two providers of one model that nothing is known of yet. */
beforeEach(async () => {
  pairs++;
  for (const id of added.splice(0)) await penstock.api("DELETE", `/providers/${id}?force=true`);
  for (const [name, vendor] of [
    [`first-${pairs}`, first],
    [`second-${pairs}`, second],
  ] as const)
    added.push(
      (await penstock.addProvider({ name, driver: "openai_completions", vendor, models: [model] })).id,
    );
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([first.close(), second.close()]);
});

const failed = (status: number, headers = {}) => ({
  status,
  headers,
  json: { error: { message: "no", type: status === 429 ? "rate_limit_error" : "server_error" } },
});
const delta = (delta: object) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{ index: 0, delta, finish_reason: null }],
});

interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly row: Readonly<Record<string, unknown>>;
  readonly calls: readonly [number, number];
}

async function ask(surface: Surface, model: string, { stream = false, headers = {} } = {}): Promise<Told> {
  const before = [first.requests.length, second.requests.length] as const;
  const response = await penstock.post(surface.path, surface.body(model, { stream }), { headers });
  const text = await response.text();
  const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
  const calls = [first.requests.length - before[0], second.requests.length - before[1]] as const;
  return { status: response.status, text, headers: response.headers, row, calls };
}

describe.each([chatSurface, messagesSurface])("on the $name surface", (surface) => {
  test("two failures of the vendor and then an answer: the client sees the answer", async () => {
    first.reply(failed(500), failed(503));
    const { status, headers, row, calls } = await ask(surface, `first-${pairs}/${model}`);
    expect(status).toBe(200);
    expect(calls).toEqual([3, 0]);
    expect(headers.get("x-penstock-attempts")).toBe("3");
    expect(headers.get("x-penstock-attempt-log")).toBe(
      ["status=500;code=upstream_error", "status=503;code=upstream_overloaded", "status=200"]
        .map((end) => `first-${pairs}/${model};${end}`)
        .join(", "),
    );
    expect(row).toMatchObject({ outcome: "completed", status: 200 });
  });

  test("429 with retry-after: as long as it says is waited, then the answer comes", async () => {
    first.reply(failed(429, { "retry-after-ms": "300" }));
    const begun = performance.now();
    const { status, headers } = await ask(surface, `first-${pairs}/${model}`);
    expect(status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(295);
    expect(headers.get("x-penstock-attempts")).toBe("2");
  });

  test("C115: a wait that is too long is the client's to wait", async () => {
    first.reply(failed(429, { "retry-after": "60", "x-ratelimit-limit-requests": "10" }));
    const { status, headers, calls, row } = await ask(surface, `first-${pairs}/${model}`);
    expect(status).toBe(429);
    expect(calls).toEqual([1, 0]);
    expect(headers.get("retry-after")).toBe("60");
    expect(headers.get("x-ratelimit-limit-requests")).toBe("10");
    expect(headers.get("x-penstock-attempts")).toBe("1");
    expect(headers.get("x-penstock-attempt-log")).toBeNull();
    expect(row).toMatchObject({ outcome: "failed", status: 429, error_code: "upstream_rate_limited" });
  });

  test("a refused credential is not tried again: another provider of the model answers", async () => {
    first.reply(failed(401));
    const { status, headers, calls, row } = await ask(surface, model);
    expect(status).toBe(200);
    expect(calls).toEqual([1, 1]);
    expect(headers.get("x-penstock-provider")).toBe(`second-${pairs}`);
    expect(row).toMatchObject({ provider: `second-${pairs}`, outcome: "completed" });
  });

  test("C124: everything fails: the last status is kept and all attempts are listed", async () => {
    first.reply(failed(500), failed(500), failed(500));
    second.reply(failed(429, { "retry-after": "20" }));
    const { status, headers, calls, row } = await ask(surface, model);
    expect(status).toBe(429);
    expect(calls).toEqual([3, 1]);
    expect(headers.get("retry-after")).toBe("20");
    expect(headers.get("x-penstock-attempts")).toBe("4");
    expect(headers.get("x-penstock-attempt-log")?.split(", ")).toHaveLength(4);
    expect(row).toMatchObject({ outcome: "failed", status: 429, error_code: "upstream_rate_limited" });
  });

  test("a request that the vendor refuses is not tried anywhere else", async () => {
    first.reply({ status: 400, json: { error: { message: "bad", type: "invalid_request_error" } } });
    const { status, calls, headers } = await ask(surface, model);
    expect(status).toBe(400);
    expect(calls).toEqual([1, 0]);
    expect(headers.get("x-penstock-attempts")).toBe("1");
  });

  test.each([
    { title: "after the role alone", events: [delta({ role: "assistant", content: "" })], cut: 100_000 },
    { title: "in the first event", events: [delta({ role: "assistant", content: "" })], cut: 20 },
    {
      title: "by an error after the role",
      events: [delta({ role: "assistant", content: "" }), failed(500).json],
    },
  ])(
    "C119: a stream that is cut $title: another provider answers, and no text comes twice",
    async ({ events, cut }) => {
      const bad = { events, pace: cut === undefined ? {} : { dropAfter: cut } };
      first.reply(bad, bad, bad);
      const { status, text, calls, headers, row } = await ask(surface, model, { stream: true });
      expect(status).toBe(200);
      expect(calls).toEqual([3, 1]);
      expect(text).toContain(surface.end);
      expect(payloads(text).filter((event) => "error" in event)).toEqual([]);
      const begins = surface.name === "chat" ? /"role": ?"assistant"/g : /event: message_start/g;
      expect(text.match(begins)).toHaveLength(1);
      expect(headers.get("x-penstock-provider")).toBe(`second-${pairs}`);
      expect(row).toMatchObject({ provider: `second-${pairs}`, outcome: "completed" });
    },
  );

  test("C121: a stream that is cut after content ends with an error event and nothing else", async () => {
    first.reply({
      events: [delta({ role: "assistant", content: "half an ans" })],
      pace: { dropAfter: 100_000 },
    });
    const { text, calls, row } = await ask(surface, model, { stream: true });
    expect(calls).toEqual([1, 0]);
    expect(surface.streamedText(text)).toBe("half an ans");
    expect(text).not.toContain(surface.end);
    expect(payloads(text).at(-1)).toHaveProperty("error");
    expect(row).toMatchObject({ provider: `first-${pairs}`, outcome: "failed" });
  });
});

test("the body of the next attempt is the client's own, whatever the first one changed in it", async () => {
  const body = chatSurface.body(model, { max_tokens: 7, unknown_field: [1, 2.5, "ü"] });
  first.reply({ status: 401, json: {}, unchecked: true });
  second.reply({ json: { id: "x", choices: [] }, unchecked: true });
  const response = await penstock.post(chatSurface.path, body);
  await response.text();
  expect(second.lastRequest().body).toEqual(body);
});

test("a caller's deadline ends the tries, and is no mark against the vendor", async () => {
  first.answerAll(() => failed(500));
  const { status, headers } = await ask(chatSurface, `first-${pairs}/${model}`, {
    headers: { "x-penstock-timeout-ms": "1" },
  });
  first.answerAll(undefined);
  expect(status).toBeGreaterThanOrEqual(500);
  expect(headers.get("x-penstock-attempts")).toBe("1");
  const wrong = await penstock.post(chatSurface.path, chatSurface.body(model), {
    headers: { "x-penstock-timeout-ms": "soon" },
  });
  expect(wrong.status).toBe(400);
});

test("a client that leaves during the wait ends it at once", async () => {
  first.reply(failed(429, { "retry-after": "5" }));
  const leave = new AbortController();
  const answer = penstock.post(chatSurface.path, chatSurface.body(`first-${pairs}/${model}`), {
    signal: leave.signal,
  });
  await first.nextRequest();
  await Bun.sleep(100);
  const count = first.requests.length;
  leave.abort();
  await answer.catch(() => {});
  for (let i = 0; i < 20 && penstock.inFlight() > 0; i++) await Bun.sleep(10);
  expect(penstock.inFlight()).toBe(0);
  expect(first.requests.length).toBe(count);
});

describe("with circuits", () => {
  let careful: TestPenstock;
  beforeAll(async () => {
    const attempts = { retries: 0, backoffMs: 5, circuits: true };
    careful = await startPenstock({ settings: { attempts } });
    const vendor = { url: first.url, apiKey: vendorKey };
    await careful.addProvider({ name: "only", driver: "openai_completions", vendor, models: [model] });
  });
  afterAll(() => careful.stop());

  test("C118: a model whose vendor limits it is left alone as long as it says; each dialect tells how long", async () => {
    first.reply(failed(429, { "retry-after": "30" }));
    await careful.post(chatSurface.path, chatSurface.body(model)).then((response) => response.text());
    const calls = first.requests.length;
    for (const surface of [chatSurface, messagesSurface]) {
      for (const stream of [false, true]) {
        const response = await careful.post(surface.path, surface.body(model, { stream }));
        expect(response.status).toBe(429);
        expect(Number(response.headers.get("retry-after"))).toBeWithin(1, 31);
        expect(response.headers.get("x-penstock-error")).toBe("targets_cooling");
        expect(response.headers.get("x-penstock-attempts")).toBe("0");
        expect(readError(surface, await response.json()).type).toBe("rate_limit_error");
        const row = await careful.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
        expect(row).toMatchObject({ outcome: "failed", status: 429, error_code: "targets_cooling" });
      }
    }
    expect(first.requests.length).toBe(calls);
  });
});
