import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import type { ExplanationBody } from "../../src/api/schemas/explanation.ts";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { vendorKey } from "./world.ts";

// What a client sees that names a route: the official client, nothing set but URL, key and the route's name as the model.

let penstock: TestPenstock;
let west: MockVendor;
let east: MockVendor;
let claude: MockVendor;
let client: OpenAI;

beforeAll(async () => {
  penstock = await startPenstock({ settings: { attempts: { retries: 0, backoffMs: 5, circuits: true } } });
  west = startOpenAiChatMock({ apiKey: vendorKey });
  east = startOpenAiChatMock({ apiKey: vendorKey });
  claude = startAnthropicMock({ apiKey: vendorKey });
  const models = ["gpt-4o-mini"];
  await penstock.addProvider({ name: "west", driver: "openai_completions", vendor: west, models });
  await penstock.addProvider({ name: "east", driver: "openai_completions", vendor: east, models });
  await penstock.addProvider({
    ...{ name: "claude", driver: "anthropic", vendor: claude, models: ["claude-sonnet-4-5"] },
  });
  client = new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([west.close(), east.close(), claude.close()]);
});

beforeEach(() => {
  west.answerAll(undefined);
  east.answerAll(undefined);
});

const both = [{ model: "west/gpt-4o-mini" }, { model: "east/gpt-4o-mini" }];

async function route(body: object): Promise<string> {
  const { status, body: made } = await penstock.api("POST", "/routes", body);
  expect([status, made]).toEqual([201, expect.anything()]);
  return (made as { id: string }).id;
}

const ask = (model: string, more: object = {}, headers: Record<string, string> = {}) =>
  client.chat.completions
    .create({ model, messages: [{ role: "user", content: "Hello" }], ...more }, { headers })
    .withResponse();

async function answeredBy(
  model: string,
  more: object = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const { response } = await ask(model, more, headers);
  return response.headers.get("x-penstock-provider") ?? "";
}

async function explain(body: object): Promise<ExplanationBody> {
  const answer = await penstock.api("POST", "/routes/explain", body);
  expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
  return answer.body as ExplanationBody;
}

const fail = (status: number) => () => ({ status, json: { error: { message: "no", type: "server_error" } } });

test("the official client names a route as its model; the next target answers when the first fails", async () => {
  await route({
    name: "Smart",
    strategy: "ordered",
    targets: [...both, { model: "claude/claude-sonnet-4-5" }],
  });
  const { data, response } = await ask("smart");
  expect(data.choices[0]?.message.content).toBeTruthy();
  expect(response.headers.get("x-penstock-provider")).toBe("west");
  west.answerAll(fail(500));
  const row = await penstock.ledgerRow(
    (await ask("smart")).response.headers.get("x-penstock-request-id") ?? "",
  );
  expect(row).toMatchObject({ provider: "east", outcome: "completed" });
  east.answerAll(fail(503));
  const stream = await client.chat.completions.create({
    ...{ model: "SMART", stream: true },
    messages: [{ role: "user", content: "Hello" }],
  });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  expect(text).not.toBe("");
  expect(claude.requests.at(-1)?.body).toMatchObject({ model: "claude-sonnet-4-5", stream: true });
});

test("calls are shared out by weight, and each target gets its own parameters", async () => {
  await route({
    ...{ name: "ab", strategy: "weighted" },
    targets: [
      { model: "west/gpt-4o-mini", weight: 3, parameters: { temperature: 0.25, top_p: null } },
      { model: "east/gpt-4o-mini", weight: 1 },
    ],
  });
  const counts = { west: 0, east: 0 };
  for (let index = 0; index < 200; index++) {
    const provider = await answeredBy("ab", { temperature: 1, top_p: 0.5 });
    counts[provider as keyof typeof counts]++;
    const { body } = (provider === "west" ? west : east).lastRequest();
    expect(body).toMatchObject({ temperature: provider === "west" ? 0.25 : 1 });
    expect(Object.hasOwn(body as object, "top_p")).toBe(provider === "east");
  }
  // Six standard deviations of a binomial share of 3/4.
  expect(Math.abs(counts.west / 200 - 0.75)).toBeLessThan(0.19);
});

test("a conversation stays where it is, whichever way the client names it; another may be elsewhere", async () => {
  await route({ name: "sticky", strategy: "sticky", targets: both });
  const homes = new Set<string>();
  for (let index = 0; index < 12; index++) {
    const session = `conversation-${index}`;
    const home = await answeredBy("sticky", {}, { "x-penstock-session": session });
    expect(await answeredBy("sticky", { user: session })).toBe(home);
    expect(await answeredBy("sticky", { prompt_cache_key: session })).toBe(home);
    const { candidates, route: told } = await explain({
      model: "sticky",
      headers: { "x-penstock-session": session },
    });
    expect([candidates[0]?.provider, told?.sticky_id]).toEqual([home, session]);
    homes.add(home);
  }
  expect([...homes].toSorted()).toEqual(["east", "west"]);
});

test("a route is in the lists of models for keys that may use it or one of its targets", async () => {
  await route({ name: "listed", strategy: "ordered", targets: both });
  const idsFor = async (apiKey: string) => {
    const page = await new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey }).models.list();
    return page.data.map(({ id }) => id).filter((id) => id === "listed" || id.includes("gpt"));
  };
  const keyFor = async (name: string, allowed_models: string[]) => {
    const { body } = await penstock.api("POST", "/keys", { name, allowed_models });
    return (body as { value: string }).value;
  };
  expect(await idsFor(penstock.gatewayKey)).toEqual(["east/gpt-4o-mini", "gpt-4o-mini", "listed"]);
  const only = await keyFor("only-route", ["listed"]);
  expect(await idsFor(only)).toEqual(["listed"]);
  expect(await idsFor(await keyFor("only-claude", ["claude-sonnet-4-5"]))).toEqual([]);
  const messages = [{ role: "user" as const, content: "Hi" }];
  const limited = new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: only, maxRetries: 0 });
  expect((await limited.chat.completions.create({ model: "listed", messages })).choices.length).toBe(1);
  const direct = limited.chat.completions.create({ model: "west/gpt-4o-mini", messages });
  // The client's promise is one of its own kind, which the matcher does not take.
  await expect(direct.then((answer) => answer)).rejects.toMatchObject({
    status: 403,
    code: "model_not_allowed",
  });
  const gemini = await fetch(`${penstock.url}/v1beta/models/listed`, {
    headers: { "x-goog-api-key": only },
  });
  expect(await gemini.json()).toMatchObject({ name: "models/listed" });
});

test("every surface takes a route's name, embeddings too, and so does who names no model at all", async () => {
  await route({ name: "everywhere", strategy: "single", targets: [{ model: "claude/claude-sonnet-4-5" }] });
  await route({ name: "vectors", strategy: "single", targets: [{ model: "playground/playground-embed" }] });
  const messages = [{ role: "user", content: "Hello" }];
  const contents = [{ role: "user", parts: [{ text: "Hello" }] }];
  const calls: readonly [path: string, body: object, provider: string][] = [
    ["/v1/messages", { model: "everywhere", max_tokens: 50, messages }, "claude"],
    ["/v1/responses", { model: "everywhere", input: "Hello" }, "claude"],
    ["/v1beta/models/everywhere:generateContent", { contents }, "claude"],
    ["/openai/deployments/everywhere/chat/completions", { messages }, "claude"],
    ["/v1/messages/count_tokens", { model: "everywhere", messages }, "claude"],
    ["/v1/embeddings", { model: "vectors", input: "Hello" }, "playground"],
    ["/v1beta/models/vectors:embedContent", { content: contents[0] }, "playground"],
  ];
  for (const [path, body, provider] of calls) {
    const response = await penstock.post(path, body);
    expect([path, response.status, await response.text()]).toEqual([path, 200, expect.any(String)]);
    expect([path, response.headers.get("x-penstock-provider")]).toEqual([path, provider]);
  }
  expect((await penstock.post("/v1/embeddings", { model: "everywhere", input: "x" })).status).toBe(400);
  await penstock.api("PATCH", "/settings", {
    default_models: { chat: "everywhere", embedding: "vectors" },
  });
  for (const [path, body, provider] of [
    ["/v1/chat/completions", { messages }, "claude"],
    ["/v1/embeddings", { input: "Hello" }, "playground"],
  ] as const) {
    expect((await penstock.post(path, body)).headers.get("x-penstock-provider")).toBe(provider);
  }
});

test("a hedged route asks a second target when the first is late, and answers by the quicker one", async () => {
  await route({ name: "hedged", strategy: "hedged", hedge_after_ms: 30, targets: both });
  const asked = west.requests.length;
  west.reply({ pace: { delayMs: 1_500 }, status: 500, json: { error: { message: "too late" } } });
  const begun = performance.now();
  expect(await answeredBy("hedged")).toBe("east");
  const took = performance.now() - begun;
  expect([took >= 30, took < 1_200, west.requests.length - asked]).toEqual([true, true, 1]);
});

describe("explain", () => {
  beforeAll(() =>
    route({
      name: "explained",
      strategy: "ordered",
      targets: [...both, { model: "claude/claude-sonnet-4-5" }],
    }),
  );

  test("sends nothing, and says what the request would cost, lose and meet at each target", async () => {
    const sent = west.requests.length + east.requests.length + claude.requests.length;
    const request = {
      ...{ messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 1000 },
      logit_bias: { "50256": -100 },
    };
    const { candidates, rule, unknown } = await explain({ model: "explained", request });
    expect([rule, unknown.length]).toEqual(["route", 1]);
    expect(candidates.map(({ provider, position }) => [provider, position])).toEqual([
      ["west", 1],
      ["east", 2],
      ["claude", 3],
    ]);
    const [first, , third] = candidates;
    expect(first?.losses).toEqual([]);
    expect(third?.losses).toEqual(["logit_bias;action=dropped"]);
    expect(third?.reasons.map(({ code }) => code)).toEqual(["next", "lossy"]);
    // 1,000 tokens at most, at 15 USD a million.
    expect(third?.price?.max_output_usd).toBeCloseTo(0.015, 6);
    expect(third?.price?.max_usd).toBeCloseTo((third?.price?.input_usd ?? 0) + 0.015, 9);
    const strict = await explain({ model: "explained", request, strict: true });
    expect(strict.candidates.at(-1)).toMatchObject({ provider: "claude", kept: false, position: null });
    expect(strict.candidates.at(-1)?.reasons.map(({ code }) => code)).toEqual(["loss_refused"]);
    expect(west.requests.length + east.requests.length + claude.requests.length).toBe(sent);
  });

  test("drops what the key may not use, what is of another kind, and what is out of use", async () => {
    const { body: key } = await penstock.api("POST", "/keys", {
      name: "east",
      allowed_models: ["east/gpt-4o-mini"],
    });
    const { id } = key as { id: string };
    const limited = await explain({ model: "explained", key_id: id });
    expect(limited.candidates.map(({ provider, kept }) => [provider, kept])).toEqual([
      ["east", true],
      ["west", false],
      ["claude", false],
    ]);
    const vectors = await explain({ model: "explained", surface: "embeddings", request: { input: "x" } });
    expect(vectors.candidates.map(({ kept, reasons }) => [kept, reasons[0]?.code])).toEqual(
      Array(3).fill([false, "wrong_kind"]),
    );
    const models = await penstock.api("GET", "/models?query=claude");
    const claudeId = (models.body as { data: { id: string }[] }).data[0]?.id;
    await penstock.api("PATCH", `/models/${claudeId}?force=true`, { enabled: false });
    const without = await explain({ model: "explained" });
    expect(without.candidates.at(-1)).toMatchObject({
      ...{ provider: "claude", model: "claude-sonnet-4-5", kept: false, model_id: claudeId },
      reasons: [{ code: "model_out_of_use" }],
    });
    const resolved = await penstock.api("GET", "/resolve?model=explained");
    expect(resolved.body).toMatchObject({
      rule: "route",
      targets: [{ chosen: true }, { chosen: false }, { provider: "claude", chosen: false }],
    });
    await penstock.api("PATCH", `/models/${claudeId}`, { enabled: true });
  });

  test("a target that failed comes last, and the explanation says until when", async () => {
    await route({ name: "failing", strategy: "ordered", targets: both });
    west.reply({
      ...{ status: 429, headers: { "retry-after": "60" } },
      json: { error: { message: "slow down", type: "rate_limit_error" } },
    });
    expect(await answeredBy("failing")).toBe("east");
    const { candidates } = await explain({ model: "failing" });
    expect(candidates.map(({ provider }) => provider)).toEqual(["east", "west"]);
    expect(candidates[1]?.reasons.map(({ code }) => code)).toEqual(["next", "cooling"]);
    expect(candidates[1]?.reasons[1]?.message).toMatch(/for (5\d|60) s$/);
  });

  test("a name that leads nowhere is told with those near to it, routes too", async () => {
    expect(await explain({ model: "explainde" })).toMatchObject({ rule: "none", near: ["explained"] });
    const wrong = await penstock.api("POST", "/routes/explain", { model: "explained", key_id: "key_none" });
    expect(wrong.status).toBe(404);
  });
});
