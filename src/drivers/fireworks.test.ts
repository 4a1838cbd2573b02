import { expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startFireworksMock } from "../../testkit/mocks/fireworks-server.ts";
import { Secret } from "../secrets/secret.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import fireworks from "./fireworks.ts";

testDriver({
  driver: fireworks,
  start: startFireworksMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) =>
    new URL(origin).pathname === "/"
      ? [origin, `${origin}/inference`, `${origin}/inference/v1`]
      : [`${origin}/inference/v1`],
  paths: { generate: "/inference/v1/chat/completions", countTokens: undefined },
  knownModel: "accounts/fireworks/models/glm-5p2",
  emptyList: { object: "list", data: [] },
});

test("finds chat models with their context, and tells embeddings and images from them", async () => {
  await using mock = startFireworksMock();
  const context = { baseUrl: mock.url, credential: { api_key: new Secret(mock.apiKey) }, options: {} };
  const models = await fireworks.discover(context, plainFetch, new AbortController().signal);
  const facts = { input: ["text"] as const };
  expect(models).toEqual([
    { id: "accounts/fireworks/models/glm-5p2", kind: "chat", contextTokens: 202_752, facts },
    { id: "accounts/fireworks/models/llama-v3p3-70b-instruct", kind: "chat", contextTokens: 131_072, facts },
    { id: "accounts/fireworks/models/qwen3-embedding-8b", kind: "embedding", contextTokens: 40_960, facts },
    { id: "accounts/fireworks/models/flux-1-dev", kind: "other" },
  ]);
});

test.each([
  [{}, "error"],
  [{ context_length_exceeded_behavior: "truncate" }, "truncate"],
] as const)("answers are not cut short in silence unless the options %j say so", (options, behaviour) => {
  const context = { baseUrl: "https://a.example", credential: { api_key: new Secret("k") }, options };
  expect(fireworks.prepare(context, "openai-chat").bodyDefaults).toEqual({
    context_length_exceeded_behavior: behaviour,
  });
});

test.each([
  ["40", 0, [60, 40]],
  ["400", 0, [0, 100]],
  ["40", 30, [100, 30]],
  ["", 0, [100, 0]],
  ["-4", 0, [100, 0]],
  ["4e1", 0, [100, 0]],
] as const)("a header of %p beside usage with %d cached tokens", (header, told, [input, cacheRead]) => {
  const context = { baseUrl: "https://a.example", credential: { api_key: new Secret("k") }, options: {} };
  const { headerUsage } = fireworks.prepare(context, "openai-chat");
  const headers = new Headers({ "fireworks-cached-prompt-tokens": header });
  const usage = { ...noUsage, input: 100, cacheRead: told };
  expect(headerUsage?.(usage, headers)).toEqual({ ...usage, input, cacheRead });
});
