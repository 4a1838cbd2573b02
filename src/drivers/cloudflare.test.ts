import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { cloudflareAccount, startCloudflareMock } from "../../testkit/mocks/cloudflare-server.ts";
import { Secret } from "../secrets/secret.ts";
import cloudflare from "./cloudflare.ts";
import type { DriverContext, ProviderOptions } from "./driver.ts";

const account = `/client/v4/accounts/${cloudflareAccount}`;

testDriver({
  driver: cloudflare,
  start: startCloudflareMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => ["", "/", "/ai", "/ai/v1", "/ai/v1/"].map((end) => origin + account + end),
  paths: { generate: `${account}/ai/v1/chat/completions`, countTokens: undefined },
  knownModel: "@cf/openai/gpt-oss-120b",
  emptyList: { success: true, result: [] },
  listOf: (entries) => ({
    result: entries.map((entry) =>
      typeof entry === "object" && entry !== null && "id" in entry ? { ...entry, name: entry.id } : entry,
    ),
  }),
});

const context = (options: ProviderOptions, baseUrl = "https://a.example/client/v4"): DriverContext => ({
  baseUrl,
  credential: { api_key: new Secret("k") },
  options,
});
const call = { model: "m", stream: false, operation: "generate" } as const;

describe("the account", () => {
  test("stands in the URL, from the option or from the base URL", () => {
    expect(cloudflare.misconfigured(context({ account_id: "abc" }))).toBeUndefined();
    const upstream = cloudflare.prepare(context({ account_id: "abc" }), "openai-chat");
    expect(upstream.url(call)).toBe("https://a.example/client/v4/accounts/abc/ai/v1/chat/completions");
  });

  test("is asked for, and no path can be smuggled in by it", () => {
    expect(cloudflare.misconfigured(context({}))?.path).toBe("/options/account_id");
    expect(cloudflare.misconfigured(context({ account_id: "abc/../other" }))?.path).toBe(
      "/options/account_id",
    );
    expect(cloudflare.misconfigured(context({ account_id: "abc", gateway_id: "x\ny" }))?.path).toBe(
      "/options/gateway_id",
    );
  });
});

test("a gateway of one's own is named in a header", () => {
  const headers = (options: ProviderOptions) => cloudflare.prepare(context(options), "openai-chat").headers;
  expect(headers({ account_id: "abc" })).toEqual({ authorization: "Bearer k" });
  expect(headers({ account_id: "abc", gateway_id: "prod" })).toMatchObject({ "cf-aig-gateway-id": "prod" });
});

test("reads every page of the models, by what they are for", async () => {
  await using mock = startCloudflareMock();
  const good = {
    ...context({ account_id: cloudflareAccount }, `${mock.url}/client/v4`),
    credential: { api_key: new Secret(mock.apiKey) },
  };
  const models = await cloudflare.discover(good, plainFetch, new AbortController().signal);
  expect(mock.requests).toHaveLength(2);
  expect(models).toHaveLength(103);
  expect(models.filter(({ kind }) => kind !== "other")).toEqual([
    { id: "@cf/openai/gpt-oss-120b", kind: "chat", contextTokens: 128_000 },
    { id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast", kind: "chat", contextTokens: 24_000 },
    { id: "@cf/baai/bge-m3", kind: "embedding", contextTokens: 60_000 },
  ]);
});
