import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { allButOne } from "../all-but-one.ts";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { limitedKey } from "./limited-key.ts";

// Limits and budgets as callers of every surface meet them: what is admitted, what is refused and how, and what the headers say.

let penstock: TestPenstock;
let openai: MockVendor;
let anthropic: MockVendor;
let gemini: MockVendor;

beforeAll(async () => {
  penstock = await startPenstock();
  openai = startOpenAiMock();
  anthropic = startAnthropicMock();
  gemini = startGeminiMock();
  await penstock.addProvider({
    ...{ name: "openai-prod", driver: "openai", vendor: openai },
    models: ["gpt-4o-mini", "gpt-4o", "text-embedding-3-small"],
  });
  await penstock.addProvider({
    ...{ name: "anthropic-prod", driver: "anthropic", vendor: anthropic },
    models: ["claude-sonnet-4-5"],
  });
  await penstock.addProvider({
    ...{ name: "google-prod", driver: "gemini", vendor: gemini },
    models: ["gemini-2.5-flash"],
  });
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([openai.close(), anthropic.close(), gemini.close()]);
});

const text = "Say hello to the whole world.";
const messages = [{ role: "user", content: text }];
const google = {
  contents: [{ role: "user", parts: [{ text }] }],
  generationConfig: { maxOutputTokens: 100 },
};

/** One way to call the gateway. */
interface Case {
  readonly title: string;
  readonly vendor: () => MockVendor;
  readonly path: string;
  readonly body: unknown;
  /** `error.type` or its like, and the code, of a budget's and of a rate's refusal. */
  readonly refusals: { readonly budget: unknown; readonly rate: unknown };
}

const openaiRefusals = {
  budget: { type: "insufficient_quota", code: "insufficient_quota" },
  rate: { type: "rate_limit_error", code: "rate_limit_exceeded" },
};
const chat = {
  ...{ path: "/v1/chat/completions", refusals: openaiRefusals, vendor: () => openai },
  body: { model: "gpt-4o-mini", max_completion_tokens: 100, messages },
};
const responses = {
  ...{ path: "/v1/responses", refusals: openaiRefusals, vendor: () => openai },
  body: { model: "gpt-4o-mini", max_output_tokens: 100, input: text },
};
const claude = {
  path: "/v1/messages",
  vendor: () => anthropic,
  refusals: { budget: { type: "billing_error" }, rate: { type: "rate_limit_error" } },
  body: { model: "claude-sonnet-4-5", max_tokens: 100, messages },
};
const content = {
  vendor: () => gemini,
  refusals: { budget: { status: "RESOURCE_EXHAUSTED" }, rate: { status: "RESOURCE_EXHAUSTED" } },
  body: google,
};
const cases: readonly Case[] = [
  { title: "chat", ...chat },
  { title: "chat, streamed", ...chat, body: { ...chat.body, stream: true } },
  {
    title: "chat, translated",
    ...chat,
    vendor: () => anthropic,
    body: { ...chat.body, model: "claude-sonnet-4-5" },
  },
  { title: "responses", ...responses },
  { title: "responses, streamed", ...responses, body: { ...responses.body, stream: true } },
  { title: "messages", ...claude },
  { title: "messages, streamed", ...claude, body: { ...claude.body, stream: true } },
  { title: "gemini", ...content, path: "/v1beta/models/gemini-2.5-flash:generateContent" },
  {
    title: "gemini, streamed",
    ...content,
    path: "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
  },
  {
    ...{ title: "embeddings", vendor: () => openai, path: "/v1/embeddings", refusals: openaiRefusals },
    body: { model: "text-embedding-3-small", input: "word ".repeat(5_000) },
  },
];

const post = ({ path, body }: Pick<Case, "path" | "body">, key: string, init: RequestInit = {}) =>
  penstock.post(path, body, { ...init, headers: { authorization: `Bearer ${key}` } });

async function done(response: Response): Promise<Response> {
  await response.arrayBuffer();
  return response;
}

/** USD that are left of the budget while the call runs, as its headers say. */
const left = (response: Response) => Number(response.headers.get("x-penstock-budget-remaining"));

describe.each(cases)("$title", (each) => {
  test("of 200 calls at once against a budget for one, exactly one is admitted", async () => {
    const key = await limitedKey(penstock, { day_usd: 1 });
    const first = await done(await post(each, key.value));
    expect(first.status).toBe(200);
    const estimate = 1 - left(first);
    const { used = 0 } = (await key.levels()).day_usd ?? {};
    expect(used).toBeLessThan(estimate);
    await key.change({ day_usd: used + 1.5 * estimate });

    const vendor = each.vendor();
    const before = vendor.requests.length;
    // Nobody is answered before all are decided: what one gives back must not let another in.
    const { decided, answered } = allButOne(200);
    vendor.answerAll(() => ({
      status: 503,
      json: { error: { message: "later" } },
      pace: { delayMs: 10_000, until: decided },
    }));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const answer = await post(each, key.value);
        return answered({ status: answer.status, body: await answer.text() });
      }),
    );
    vendor.answerAll(undefined);
    expect(vendor.requests.length - before).toBe(1);
    const refused = answers.filter(({ status }) => status === 402);
    expect(refused).toHaveLength(199);
    expect(JSON.parse(refused[0]?.body ?? "").error).toMatchObject(each.refusals.budget as object);
    expect(refused[0]?.body).toContain("a day");
    // The one that failed was not paid, and its place is free again.
    expect((await key.levels()).day_usd?.used).toBeCloseTo(used, 6);
    expect((await done(await post(each, key.value))).status).toBe(200);
  });

  test("what is left stands in the headers of every answer, and a refusal says which limit it was", async () => {
    const key = await limitedKey(penstock, {
      requests_per_minute: 2,
      tokens_per_minute: 50_000,
      month_usd: 3,
    });
    for (const remaining of ["1", "0"]) {
      const answer = await done(await post(each, key.value));
      expect(answer.status).toBe(200);
      const { headers } = answer;
      expect(headers.get("x-ratelimit-limit-requests")).toBe("2");
      expect(headers.get("x-ratelimit-remaining-requests")).toBe(remaining);
      // In the first second of a window it is two minutes.
      expect(headers.get("x-ratelimit-reset-requests")).toMatch(/^([12]m)?\d+s$/);
      expect(Number(headers.get("x-ratelimit-remaining-tokens"))).toBeLessThan(50_000);
      expect(headers.get("x-penstock-budget-limit")).toBe("3.00");
      expect(headers.get("x-penstock-budget-period")).toBe("month");
      const anthropicOnes = [...headers.keys()].filter((name) => name.startsWith("anthropic-ratelimit"));
      expect(anthropicOnes.toSorted()).toEqual(each.path === "/v1/messages" ? anthropicNames : []);
    }
    const refused = await post(each, key.value);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-penstock-error")).toBe("rate_limited");
    expect(refused.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(90);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error).toMatchObject(each.refusals.rate as object);
    expect(error.message).toContain("2 requests a minute");
  });

  test("a place among calls at once is free within 100 ms of the client's departure", async () => {
    const key = await limitedKey(penstock, { concurrency: 1 });
    const vendor = each.vendor();
    const arrived = vendor.nextRequest();
    vendor.reply({ status: 503, json: {}, pace: { delayMs: 5_000 } });
    const client = new AbortController();
    const call = post(each, key.value, { signal: client.signal }).catch(() => undefined);
    await arrived;
    const second = await post(each, key.value);
    expect([second.status, second.headers.get("x-penstock-error")]).toEqual([429, "rate_limited"]);
    await second.arrayBuffer();
    client.abort();
    await call;
    await Bun.sleep(100);
    expect((await done(await post(each, key.value))).status).toBe(200);
  });

  test("one request that may need more than a whole minute's tokens is refused at once, and so told", async () => {
    const key = await limitedKey(penstock, { tokens_per_minute: 20 });
    const refused = await post(each, key.value);
    expect([refused.status, refused.headers.get("x-penstock-error")]).toEqual([413, "request_exceeds_limit"]);
    expect(refused.headers.has("retry-after")).toBe(false);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error.message).toContain("20 tokens a minute");
  });
});

const anthropicNames = ["requests", "tokens"].flatMap((noun) =>
  ["limit", "remaining", "reset"].map((what) => `anthropic-ratelimit-${noun}-${what}`),
);

test("what a provider may be asked is shared by all keys, and told as the provider's", async () => {
  const { data } = (await penstock.api("GET", "/providers")).body as { data: { id: string; name: string }[] };
  const id = data.find(({ name }) => name === "google-prod")?.id;
  const key = await limitedKey(penstock, { requests_per_minute: 1 }, { subject: { kind: "provider", id } });
  const call = { path: "/v1beta/models/gemini-2.5-flash:generateContent", body: google };
  const first = await done(await penstock.post(call.path, call.body));
  expect([first.status, first.headers.has("x-ratelimit-limit-requests")]).toEqual([200, false]);
  const refused = await done(await post(call, key.value));
  expect([refused.status, refused.headers.get("x-penstock-error")]).toEqual([429, "provider_limited"]);
  await penstock.api("DELETE", `/limits/${key.limitId}`);
});

test("all keys of an agent share its limit, those of its role a narrower one besides", async () => {
  const agent = { key: { agent: "scout", agent_role: "writer" } };
  const writer = await limitedKey(
    penstock,
    { requests_per_minute: 1 },
    { ...agent, subject: { kind: "agent_role", agent: "scout", role: "writer" } },
  );
  const reader = await limitedKey(
    penstock,
    { requests_per_minute: 2 },
    { key: { agent: "scout", agent_role: "reader" }, subject: { kind: "agent", agent: "scout" } },
  );
  const statusOf = async ({ value }: { readonly value: string }) =>
    (await done(await post(chat, value))).status;
  expect(await statusOf(writer)).toBe(200);
  expect(await statusOf(writer)).toBe(429);
  expect(await statusOf(reader)).toBe(200);
  const refused = await post(chat, reader.value);
  expect(refused.status).toBe(429);
  expect(((await refused.json()) as { error: { message: string } }).error.message).toContain(
    "the agent `scout`",
  );
});

test("where the caller is limited here, the vendor's own limits are not told; else they are", async () => {
  const vendorSays = {
    headers: { "x-ratelimit-limit-requests": "5000", "x-ratelimit-limit-project-tokens": "7" },
    recording: "openai/chat/openai-text.json",
  };
  openai.reply(vendorSays, vendorSays);
  const key = await limitedKey(penstock, { requests_per_minute: 9 });
  const limited = await done(await post(chat, key.value));
  expect(limited.headers.get("x-ratelimit-limit-requests")).toBe("9");
  expect(limited.headers.has("x-ratelimit-limit-project-tokens")).toBe(false);
  const free = await done(await penstock.post(chat.path, chat.body));
  expect(free.headers.get("x-ratelimit-limit-requests")).toBe("5000");
});

test("a stream that begins before its vendor answers has the headers, too", async () => {
  await using impatient = await startPenstock({ settings: { keepaliveMs: 20 } });
  await impatient.addProvider({
    name: "openai-prod",
    driver: "openai",
    vendor: openai,
    models: ["gpt-4o-mini"],
  });
  const key = await limitedKey(impatient, { requests_per_minute: 9, day_usd: 1 });
  openai.reply({ recording: "openai/chat/openai-text.chunks.txt", pace: { delayMs: 1_000 } });
  const began = performance.now();
  const body = { ...chat.body, stream: true };
  const answer = await impatient.post(chat.path, body, { headers: { authorization: `Bearer ${key.value}` } });
  expect(performance.now() - began).toBeLessThan(900);
  expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe("8");
  expect(answer.headers.get("x-penstock-budget-limit")).toBe("1.00");
  expect(await answer.text()).toContain("[DONE]");
});

test("a failure of the vendor leaves the caller's own levels in the answer", async () => {
  openai.reply({
    status: 429,
    headers: { "x-ratelimit-limit-requests": "5000" },
    json: { error: { message: "no" } },
  });
  const key = await limitedKey(penstock, { requests_per_minute: 9 });
  const failed = await done(await post(chat, key.value));
  expect([failed.status, failed.headers.get("x-ratelimit-limit-requests")]).toEqual([429, "9"]);
});

test("a model without a price is refused where a budget holds, unless that allows it", async () => {
  await penstock.addProvider({
    ...{ name: "unpriced", driver: "openai_completions", vendor: openai, models: ["gpt-house-brand"] },
    unvalidated: true,
  });
  const call = { ...chat, body: { ...chat.body, model: "unpriced/gpt-house-brand" } };
  const key = await limitedKey(penstock, { month_usd: 1 });
  const refused = await done(await post(call, key.value));
  expect([refused.status, refused.headers.get("x-penstock-error")]).toEqual([402, "model_unpriced"]);
  await key.change({ allow_unpriced: true });
  openai.reply({ recording: "openai/chat/openai-text.json", unchecked: true });
  expect((await done(await post(call, key.value))).status).toBe(200);
});

test("tokens are counted free of charge, but as requests", async () => {
  const key = await limitedKey(penstock, { requests_per_minute: 1, day_usd: 0 });
  const count = { path: "/v1/messages/count_tokens", body: { model: "claude-sonnet-4-5", messages } };
  expect((await done(await post(count, key.value))).status).toBe(200);
  expect((await done(await post(count, key.value))).status).toBe(429);
});

test("what this server answers itself is limited in rate and costs no budget", async () => {
  const key = await limitedKey(penstock, { concurrency: 3, requests_per_minute: 1, day_usd: 0 });
  const call = { path: "/v1/chat/completions", body: { model: "playground/playground-llm", messages } };
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => (await done(await post(call, key.value))).status),
  );
  expect(answers.filter((status) => status === 200)).toHaveLength(1);
  expect(new Set(answers)).toEqual(new Set([200, 429]));
});
