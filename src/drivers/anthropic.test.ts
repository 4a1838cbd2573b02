import { expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startAnthropicMock } from "../../testkit/mocks/anthropic-server.ts";
import { Secret } from "../secrets/secret.ts";
import anthropic from "./anthropic.ts";

testDriver({
  driver: anthropic,
  start: startAnthropicMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [origin, `${origin}/v1`],
  paths: { generate: "/v1/messages", countTokens: "/v1/messages/count_tokens" },
  knownModel: "claude-opus-5-5",
  emptyList: { data: [], has_more: false },
});

const context = (baseUrl: string, key: string) => ({
  baseUrl,
  credential: { api_key: new Secret(key) },
  options: {},
});

test("asks the smallest page to check a key, and forwards clients' beta features", async () => {
  await using mock = startAnthropicMock();
  const result = await anthropic.probe(
    context(mock.url, mock.apiKey),
    plainFetch,
    new AbortController().signal,
  );
  expect(result).toEqual({ status: "valid", models: undefined });
  expect([...mock.lastRequest().query]).toEqual([["limit", "1"]]);
  expect(anthropic.prepare(context(mock.url, "k"), "anthropic-messages").forwardedHeaders).toEqual([
    "anthropic-beta",
  ]);
});

test("follows the pages of the list, and reads what each model can do", async () => {
  await using mock = startAnthropicMock();
  // The mock's own page limit is forced down so that there are pages to follow.
  const models = await anthropic.discover(
    context(mock.url, mock.apiKey),
    (url, init) => plainFetch(url.replace("limit=1000", "limit=3"), init),
    new AbortController().signal,
  );
  expect(models).toHaveLength(8);
  expect(mock.requests).toHaveLength(3);
  expect(models.find(({ id }) => id === "claude-opus-4-6")).toEqual({
    id: "claude-opus-4-6",
    displayName: "Claude Opus 4.6",
    kind: "chat",
    contextTokens: 1_000_000,
    traits: {
      maxOutputTokens: 128_000,
      structuredOutput: true,
      reasoning: "adaptive",
      efforts: ["low", "medium", "high", "max"],
    },
    facts: { input: ["text", "image", "file"] },
  });
  expect(models.find(({ id }) => id === "claude-sonnet-4-5")?.traits).toEqual({
    maxOutputTokens: 64_000,
    structuredOutput: true,
    reasoning: "budget",
  });
});

test("takes a model without capabilities as it is", async () => {
  const page = JSON.stringify({ data: [{ id: "claude-x", display_name: "X" }], has_more: false });
  const fetch = () => Promise.resolve(new Response(page));
  const models = await anthropic.discover(
    context("https://a.example", "k"),
    fetch,
    new AbortController().signal,
  );
  expect(models).toEqual([{ id: "claude-x", displayName: "X", kind: "chat", traits: {} }]);
});
