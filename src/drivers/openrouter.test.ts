import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startOpenRouterMock } from "../../testkit/mocks/openrouter-server.ts";
import { Secret } from "../secrets/secret.ts";
import type { DriverContext, ProviderOptions } from "./driver.ts";
import openrouter from "./openrouter.ts";

testDriver({
  driver: openrouter,
  start: startOpenRouterMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) =>
    new URL(origin).pathname === "/"
      ? [origin, `${origin}/api`, `${origin}/api/v1`, `${origin}/api/v1/`]
      : [`${origin}/api/v1`],
  paths: { generate: "/api/v1/chat/completions", countTokens: undefined },
  knownModel: "anthropic/claude-opus-5",
  emptyList: { data: { label: "sk-or-v1-0e6...1c96" } },
});

const context = (options: ProviderOptions = {}, baseUrl = "https://a.example"): DriverContext => ({
  baseUrl,
  credential: { api_key: new Secret("k") },
  options,
});
const prepare = (options: ProviderOptions) => openrouter.prepare(context(options), "openai-chat");

describe("routing", () => {
  test("no option, no field and no header", () => {
    expect(prepare({}).bodyDefaults).toBeUndefined();
    expect(prepare({}).headers).toEqual({ authorization: "Bearer k" });
  });

  test("every control has an option", () => {
    const options = {
      order: "anthropic, amazon-bedrock",
      only: "anthropic",
      ignore: "azure",
      allow_fallbacks: false,
      require_parameters: true,
      data_collection: "deny",
      zdr: true,
      enforce_distillable_text: true,
      quantizations: "fp8,bf16",
      sort: "price",
      max_price: '{"prompt":1,"completion":2}',
      preferred_min_throughput: "50",
      preferred_max_latency: "3",
      models: "a/b,c/d",
      transforms: "middle-out",
      plugins: '[{"id":"web"}]',
      http_referer: "https://app.example",
      app_title: "App",
    };
    expect(openrouter.optionForm.map(({ name }) => name).sort()).toEqual(Object.keys(options).sort());
    expect(openrouter.misconfigured(context(options))).toBeUndefined();
    expect(prepare(options).bodyDefaults).toEqual({
      provider: {
        order: ["anthropic", "amazon-bedrock"],
        only: ["anthropic"],
        ignore: ["azure"],
        allow_fallbacks: false,
        require_parameters: true,
        data_collection: "deny",
        zdr: true,
        enforce_distillable_text: true,
        quantizations: ["fp8", "bf16"],
        sort: "price",
        max_price: { prompt: 1, completion: 2 },
        preferred_min_throughput: 50,
        preferred_max_latency: 3,
      },
      models: ["a/b", "c/d"],
      transforms: ["middle-out"],
      plugins: [{ id: "web" }],
    });
    expect(prepare(options).headers).toMatchObject({
      "http-referer": "https://app.example",
      "x-title": "App",
    });
  });

  test.each<[ProviderOptions, string]>([
    [{ max_price: "1" }, "max_price"],
    [{ max_price: "[1]" }, "max_price"],
    [{ plugins: '{"id":"web"}' }, "plugins"],
    [{ preferred_max_latency: "soon" }, "preferred_max_latency"],
  ])("%j is refused by name", (options, name) => {
    expect(openrouter.misconfigured(context(options))?.path).toBe(`/options/${name}`);
  });
});

test("checks the key itself: the list of models is open to everyone", async () => {
  await using mock = startOpenRouterMock();
  const signal = new AbortController().signal;
  expect((await openrouter.probe(context({}, mock.url), plainFetch, signal)).status).toBe("rejected");
  expect(mock.lastRequest().path).toBe("/api/v1/key");
});

test("finds what each model can do, and tells what is not for chat", async () => {
  await using mock = startOpenRouterMock();
  const good = { ...context({}, mock.url), credential: { api_key: new Secret(mock.apiKey) } };
  const models = await openrouter.discover(good, plainFetch, new AbortController().signal);
  const price = {
    aboveInputTokens: 0,
    input: 5,
    output: 25,
    cacheRead: undefined,
    cacheWrite5m: undefined,
    cacheWrite1h: undefined,
    inputAudio: undefined,
    outputAudio: undefined,
  };
  const facts = { input: ["text"] as const, output: ["text"] as const, prices: [price] };
  expect(models).toEqual([
    {
      id: "anthropic/claude-opus-5",
      kind: "chat",
      displayName: "The model anthropic/claude-opus-5",
      contextTokens: 1_000_000,
      traits: {
        maxOutputTokens: 128_000,
        reasoning: "effort",
        efforts: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
        sampling: true,
        structuredOutput: true,
        forcedToolChoice: true,
      },
      facts: { ...facts, parameters: expect.arrayContaining(["tools", "reasoning"]) },
    },
    {
      id: "meta-llama/llama-3.3-70b-instruct",
      kind: "chat",
      displayName: "The model meta-llama/llama-3.3-70b-instruct",
      contextTokens: 131_072,
      traits: {
        maxOutputTokens: 128_000,
        reasoning: "none",
        sampling: true,
        structuredOutput: true,
        forcedToolChoice: true,
      },
      facts: { ...facts, parameters: expect.arrayContaining(["tools", "temperature"]) },
    },
    {
      id: "google/gemini-image",
      kind: "other",
      displayName: "An image model",
      facts: { input: ["text"], output: ["image"] },
    },
  ]);
});
