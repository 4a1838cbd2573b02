import { expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startVercelMock } from "../../testkit/mocks/vercel-server.ts";
import { Secret } from "../secrets/secret.ts";
import vercel from "./vercel.ts";

testDriver({
  driver: vercel,
  start: startVercelMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => (new URL(origin).pathname === "/" ? [origin, `${origin}/v1`] : [`${origin}/v1`]),
  paths: { generate: "/v1/chat/completions", countTokens: undefined },
  knownModel: "anthropic/claude-opus-5",
  emptyList: { balance: "0", total_used: "0" },
});

test("finds what the gateway says of its models", async () => {
  await using mock = startVercelMock();
  const context = { baseUrl: mock.url, credential: { api_key: new Secret(mock.apiKey) }, options: {} };
  const models = await vercel.discover(context, plainFetch, new AbortController().signal);
  expect(models.map(({ id, kind, traits }) => [id, kind, traits?.reasoning])).toEqual([
    ["anthropic/claude-opus-5", "chat", "effort"],
    ["openai/gpt-4o", "chat", "none"],
    ["openai/text-embedding-3-small", "embedding", "none"],
  ]);
  expect(models[0]).toMatchObject({ contextTokens: 1_000_000, traits: { maxOutputTokens: 64_000 } });
  expect(models[0]?.facts?.prices).toMatchObject([{ input: 5, output: 25 }]);
});

test("routing options become the gateway's own", () => {
  const options = { order: "bedrock, anthropic", only: "", models: "openai/gpt-4o" };
  const context = { baseUrl: "https://a.example", credential: { api_key: new Secret("k") }, options };
  expect(vercel.prepare(context, "openai-chat").bodyDefaults).toEqual({
    providerOptions: { gateway: { order: ["bedrock", "anthropic"], models: ["openai/gpt-4o"] } },
  });
});
