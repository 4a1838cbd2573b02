import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startOpenRouterMock } from "../mocks/openrouter-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { anthropicClient } from "./official-clients.ts";
import { chatSurface, messagesSurface, readError, type Surface } from "./world.ts";

// What is OpenRouter's own: routing controls, reported cost, comments before the first byte, errors inside a success.

let penstock: TestPenstock;
let mock: MockVendor;
const model = "anthropic/claude-opus-5";
const surfaces: readonly Surface[] = [chatSurface, messagesSurface];

beforeAll(async () => {
  penstock = await startPenstock({ settings: { timeouts: { firstByte: 500, idle: 500 } } });
  mock = startOpenRouterMock();
  await penstock.addProvider({
    name: "plain",
    driver: "openrouter",
    vendor: mock,
    models: [model],
  });
  await penstock.addProvider({
    name: "routed",
    driver: "openrouter",
    vendor: mock,
    models: [model],
    options: {
      order: "anthropic",
      data_collection: "deny",
      sort: "price",
      models: "openai/gpt-4o",
      app_title: "Turbine",
      http_referer: "https://turbine.example",
    },
  });
});
afterAll(async () => {
  await penstock.stop();
  await mock.close();
});

const sent = () => mock.lastRequest().body as Readonly<Record<string, unknown>>;

describe.each(surfaces)("routing from the $name surface", (surface) => {
  test("a provider's options are the request's defaults", async () => {
    const response = await penstock.post(surface.path, surface.body(`routed/${model}`));
    expect(response.status).toBe(200);
    expect(sent()).toMatchObject({
      model,
      provider: { order: ["anthropic"], data_collection: "deny", sort: "price" },
      models: ["openai/gpt-4o"],
    });
    expect(mock.lastRequest().headers.get("x-title")).toBe("Turbine");
    expect(mock.lastRequest().headers.get("http-referer")).toBe("https://turbine.example");
  });

  test("what the request says itself goes before them", async () => {
    const own = {
      provider: { sort: "latency", zdr: true },
      plugins: [{ id: "web" }],
      transforms: ["middle-out"],
    };
    const response = await penstock.post(surface.path, surface.body(`routed/${model}`, own));
    expect(response.status).toBe(200);
    expect(response.headers.get("x-penstock-loss")).toBeNull();
    expect(sent().provider).toEqual({
      order: ["anthropic"],
      data_collection: "deny",
      sort: "latency",
      zdr: true,
    });
    expect(sent()).toMatchObject({ plugins: [{ id: "web" }], transforms: ["middle-out"] });
  });

  test("a request that cannot be routed is told why", async () => {
    const own = { provider: { only: ["nobody"] } };
    const response = await penstock.post(surface.path, surface.body(`plain/${model}`, own));
    expect(response.status).toBe(404);
    expect(readError(surface, await response.json()).message).toContain("No allowed providers");
  });

  test.each([false, true])("the reported cost is the ledger's (stream: %p)", async (stream) => {
    const response = await penstock.post(surface.path, surface.body(`plain/${model}`, { stream }));
    const text = await response.text();
    if (stream) {
      expect(surface.streamedText(text)).toStartWith("You said:");
      expect(text).toContain(surface.end);
    }
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({ outcome: "completed", cost_usd: 0.00123, cost_source: "reported" });
  });
});

describe.each(surfaces)("failures on the $name surface", (surface) => {
  const failures = [
    ["a budget in flight", 402, { reason: "in_flight_budget_exhausted" }, "upstream_rate_limited"],
    ["no credits", 402, { reason: "insufficient_credits" }, "upstream_quota_exhausted"],
    ["a slow upstream", 524, { error_type: "timeout" }, "upstream_timeout"],
    ["too long a prompt", 400, { error_type: "context_length_exceeded" }, "upstream_context_exceeded"],
  ] as const;

  test.each(failures)("%s", async (_, status, metadata, code) => {
    const error = { code: status, message: "Refused by the vendor.", metadata };
    mock.reply({ status, json: { error }, headers: { "retry-after": "4" } });
    const response = await penstock.post(surface.path, surface.body(`plain/${model}`));
    expect(response.status).toBe(status);
    expect(response.headers.get("x-penstock-error")).toBe(code);
    if (code === "upstream_rate_limited") expect(response.headers.get("retry-after")).toBe("4");
  });

  test.each(failures)("%s, told with status 200", async (_, status, metadata, code) => {
    const error = { code: status, message: "Refused by the vendor.", metadata };
    for (const reply of [{ json: { error } }, { events: [{ id: "gen-1", choices: [], error }] }]) {
      mock.reply(reply);
      const stream = "events" in reply;
      const response = await penstock.post(surface.path, surface.body(`plain/${model}`, { stream }));
      expect(response.headers.get("x-penstock-error")).toBe(code);
      expect(response.status).toBe(status);
    }
  });

  test("an error in mid-stream ends the stream as an error", async () => {
    const head = { id: "gen-1", object: "chat.completion.chunk", created: 1, model };
    const delta = { role: "assistant", content: "Hel" };
    const error = {
      code: 502,
      message: "Provider disconnected",
      metadata: { error_type: "provider_unavailable" },
    };
    mock.reply({
      events: [
        { ...head, choices: [{ index: 0, delta, finish_reason: null }] },
        { ...head, error, choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }] },
      ],
      pace: { chunkBytes: 150, betweenMs: 5 },
    });
    const response = await penstock.post(surface.path, surface.body(`plain/${model}`, { stream: true }));
    const text = await response.text();
    expect(surface.streamedText(text)).toBe("Hel");
    expect(text).toContain('"error"');
    expect(text).not.toContain(surface.end);
  });

  test("comments keep no dead upstream alive", async () => {
    const frame = ": OPENROUTER PROCESSING\n\n";
    mock.reply({
      body: frame.repeat(60),
      headers: { "content-type": "text/event-stream" },
      pace: { chunkBytes: frame.length, betweenMs: 50 },
    });
    const started = performance.now();
    const response = await penstock.post(surface.path, surface.body(`plain/${model}`, { stream: true }));
    expect(response.headers.get("x-penstock-error")).toBe("upstream_timeout");
    expect(response.status).toBe(504);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test("Claude's signed reasoning comes back to OpenRouter as it was given out", async () => {
  const head = { id: "gen-1", object: "chat.completion.chunk", created: 1, model };
  const block = { format: "anthropic-claude-v1", index: 0 };
  const delta = (fields: object) => ({
    ...head,
    choices: [{ index: 0, delta: { role: "assistant", content: "", ...fields }, finish_reason: null }],
  });
  mock.reply({
    events: [
      delta({ reasoning: "I", reasoning_details: [{ type: "reasoning.text", text: "I", ...block }] }),
      delta({ reasoning: " see", reasoning_details: [{ type: "reasoning.text", text: " see", ...block }] }),
      delta({ reasoning_details: [{ type: "reasoning.text", signature: "CAISyQIK", ...block }] }),
      delta({ content: "Yes." }),
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      "[DONE]",
    ],
  });
  const { messages } = anthropicClient(penstock);
  const thinking = { type: "enabled", budget_tokens: 1500 } as const;
  const base = { model: `plain/${model}`, max_tokens: 2000, thinking };
  const ask = { role: "user" as const, content: "Do you see?" };
  const first = await messages.stream({ ...base, messages: [ask] }).finalMessage();
  expect(first.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
  const again = { role: "user" as const, content: "Sure?" };
  await messages.create({ ...base, messages: [ask, { role: "assistant", content: first.content }, again] });
  const turns = sent().messages as readonly Readonly<Record<string, unknown>>[];
  expect(turns.find(({ role }) => role === "assistant")?.reasoning_details).toEqual([
    { type: "reasoning.text", text: "I see", signature: "CAISyQIK", ...block },
  ]);
});

test("marks of what to cache go through", async () => {
  const { messages } = anthropicClient(penstock);
  const cache_control = { type: "ephemeral" } as const;
  await messages.create({
    model: `plain/${model}`,
    max_tokens: 100,
    system: [{ type: "text", text: "Long instructions.", cache_control }],
    messages: [{ role: "user", content: "Hi" }],
  });
  const [system] = sent().messages as readonly { content: unknown }[];
  expect(system?.content).toEqual([{ type: "text", text: "Long instructions.", cache_control }]);
});

describe("presets", () => {
  test.each(surfaces)("behind a model's name go to the vendor, from the $name surface", async (surface) => {
    for (const name of [`${model}@preset/turbine-mail`, `plain/${model}@preset/turbine-mail`]) {
      const response = await penstock.post(surface.path, surface.body(name));
      expect(response.status).toBe(200);
      expect(sent().model).toBe(`${model}@preset/turbine-mail`);
      const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
      expect(row).toMatchObject({ outcome: "completed", cost_source: "reported" });
    }
  });

  test("as the name of a model are models that an admin names", async () => {
    const preset = "@preset/turbine-mail";
    await penstock.addProvider({ name: "presets", driver: "openrouter", vendor: mock, models: [preset] });
    for (const name of [preset, `presets/${preset}`]) {
      const response = await penstock.post(chatSurface.path, chatSurface.body(name));
      expect(response.status).toBe(200);
      expect(sent().model).toBe(preset);
    }
  });

  test.each(surfaces)("in a field of the request pass through, from the $name surface", async (surface) => {
    const response = await penstock.post(surface.path, surface.body(model, { preset: "turbine-mail" }));
    expect(response.status).toBe(200);
    expect(sent()).toMatchObject({ model, preset: "turbine-mail" });
  });

  test("of a model that nobody has lead nowhere", async () => {
    const response = await penstock.post(chatSurface.path, chatSurface.body("no/such@preset/turbine-mail"));
    expect(response.status).toBe(404);
  });
});
