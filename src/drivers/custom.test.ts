import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startAnthropicMock } from "../../testkit/mocks/anthropic-server.ts";
import { startAuthority } from "../../testkit/mocks/authority-server.ts";
import { startGeminiMock } from "../../testkit/mocks/gemini-server.ts";
import { startOllamaMock } from "../../testkit/mocks/ollama-server.ts";
import { startOpenAiChatMock } from "../../testkit/mocks/openai-chat-server.ts";
import { Secret } from "../secrets/secret.ts";
import { type ProtocolId, protocolIds } from "../wire/neutral/protocol-id.ts";
import custom from "./custom.ts";
import type { DriverContext, DriverFetch, ProviderOptions } from "./driver.ts";
import { requireProtocol } from "./shared/require-protocol.ts";

// Without an option it speaks the most common protocol, and the suite tests that one.
testDriver({
  driver: {
    ...custom,
    protocols: ["openai-chat"],
    prepare(provider, protocol) {
      requireProtocol({ driver: "custom", protocols: ["openai-chat"], protocol });
      return custom.prepare(provider, protocol);
    },
  },
  start: startOpenAiChatMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [origin, `${origin}/v1`, `${origin}/v1/`],
  paths: { generate: "/v1/chat/completions", countTokens: undefined },
  knownModel: "gpt-4o",
  emptyList: { object: "list", data: [] },
});

const signal = () => new AbortController().signal;

function context(
  baseUrl: string,
  options: ProviderOptions,
  credential: Readonly<Record<string, string>> = {},
): DriverContext {
  const secrets = Object.entries(credential).map(([name, value]) => [name, new Secret(value)]);
  return { baseUrl, options, credential: Object.fromEntries(secrets) };
}

describe("a protocol", () => {
  test("is the one that was chosen, whatever the client speaks", () => {
    for (const protocol of protocolIds) {
      const shape = { surface: "openai-chat", model: "m", traits: {}, hasTools: false } as const;
      expect(custom.prefer?.({ ...shape, options: { protocol } })).toBe(protocol);
    }
    expect(custom.misconfigured(context("https://v.example", { protocol: "gopher" }))?.path).toBe(
      "/options/protocol",
    );
  });

  test.each<[ProtocolId, string]>([
    ["openai-chat", "/v1/chat/completions"],
    ["openai-responses", "/v1/responses"],
    ["anthropic-messages", "/v1/messages"],
    ["gemini", "/v1beta/models/a%2Fb:streamGenerateContent?alt=sse"],
    ["bedrock-converse", "/model/a%2Fb/converse-stream"],
    ["bedrock-invoke", "/model/a%2Fb/invoke-with-response-stream"],
    ["ollama", "/api/chat"],
  ])("%s is called at %s", (protocol, path) => {
    const upstream = custom.prepare(context("https://v.example", { protocol, auth: "none" }), protocol);
    expect(upstream.url({ operation: "generate", model: "a/b", stream: true })).toBe(
      `https://v.example${path}`,
    );
    expect(upstream.headers).toEqual(
      protocol === "anthropic-messages" ? { "anthropic-version": "2023-06-01" } : {},
    );
  });

  test.each([
    ["openai-chat", startOpenAiChatMock, "authorization", "Bearer "],
    ["anthropic-messages", startAnthropicMock, "x-api-key", ""],
    ["gemini", startGeminiMock, "x-goog-api-key", ""],
    ["ollama", startOllamaMock, "authorization", "Bearer "],
  ] as const)(
    "%s is probed and lists its models with a key in %p",
    async (protocol, start, header, prefix) => {
      await using mock = start();
      const options = { protocol, auth_header: header, auth_prefix: prefix };
      const provider = context(mock.url, options, { api_key: mock.apiKey });
      expect(custom.misconfigured(provider)).toBeUndefined();
      expect((await custom.probe(provider, plainFetch, signal())).status).toBe("valid");
      expect((await custom.discover(provider, plainFetch, signal())).length).toBeGreaterThan(2);
      const wrong = context(mock.url, options, { api_key: "wrong" });
      expect((await custom.probe(wrong, plainFetch, signal())).status).not.toBe("valid");
    },
  );

  test("that was not chosen has no calls", () => {
    const provider = context("https://v.example", { protocol: "gemini", auth: "none" });
    const call = { model: "m", stream: false } as const;
    for (const protocol of protocolIds) {
      const { url } = custom.prepare(provider, protocol);
      expect(url({ ...call, operation: "generate" }) === undefined).toBe(protocol !== "gemini");
      expect(url({ ...call, operation: "count_tokens" }) === undefined).toBe(protocol !== "gemini");
    }
  });

  test("without a list of models says so", async () => {
    const provider = context("https://v.example", { protocol: "bedrock-converse", auth: "none" });
    const never: DriverFetch = () => Promise.reject(new Error("called"));
    expect((await custom.probe(provider, never, signal())).status).toBe("unsupported");
    await expect(custom.discover(provider, never, signal())).rejects.toMatchObject({
      code: "upstream_error",
    });
  });
});

describe("a sign-in", () => {
  const url = "https://v.example";
  const oauth = { auth: "oauth2", token_url: "https://login.example/token" };

  test.each<[string, ProviderOptions, Record<string, string>, string | undefined]>([
    ["a key", {}, { api_key: "k" }, undefined],
    ["no key", {}, {}, "api_key"],
    ["a key where none can be", { auth_header: "host" }, { api_key: "k" }, "host"],
    ["nothing", { auth: "none" }, {}, undefined],
    ["a client", oauth, { client_id: "c", client_secret: "s" }, undefined],
    ["a client without a secret", oauth, { client_id: "c" }, "client_secret"],
    ["a public client that signed in", oauth, { client_id: "c", refresh_token: "r" }, undefined],
    ["a client without a server", { auth: "oauth2" }, { client_id: "c", client_secret: "s" }, "token URL"],
    [
      "a client on the open road",
      { ...oauth, token_url: "http://login.example" },
      { client_id: "c", client_secret: "s" },
      "https",
    ],
    [
      "AWS",
      { auth: "aws", region: "eu-west-1", service: "execute-api" },
      { access_key_id: "a", secret_access_key: "s" },
      undefined,
    ],
    [
      "AWS of nowhere",
      { auth: "aws", service: "x1" },
      { access_key_id: "a", secret_access_key: "s" },
      "region",
    ],
    [
      "AWS without a secret",
      { auth: "aws", region: "eu-west-1", service: "x1" },
      { access_key_id: "a" },
      "secret_access_key",
    ],
    ["something else", { auth: "magic" }, {}, "auth"],
  ])("by %s", (_, options, credential, problem) => {
    const found = custom.misconfigured(context(url, options, credential));
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found?.message).toContain(problem);
  });

  test("by an OAuth2 client gets one token for probe, discovery and calls", async () => {
    await using authority = startAuthority();
    const options = { auth: "oauth2", token_url: authority.tokenUrl, client_auth: "basic", scope: "models" };
    const credential = { client_id: authority.clientId, client_secret: authority.clientSecret };
    const provider = context(url, options, credential);
    const fetch: DriverFetch = (target, init) => {
      if (target === authority.tokenUrl) return plainFetch(target, init);
      const ok = authority.accepts((init.headers.authorization ?? "").replace(/^Bearer /, ""));
      return Promise.resolve(ok ? Response.json({ data: [{ id: "m" }] }) : new Response("", { status: 401 }));
    };
    expect(await custom.probe(provider, fetch, signal())).toEqual({ status: "valid", models: 1 });
    expect(await custom.discover(provider, fetch, signal())).toHaveLength(1);
    const { headers, authorize } = custom.prepare(provider, "openai-chat");
    const added = await authorize?.({ method: "POST", url, headers, body: "{}" }, fetch);
    expect(authority.accepts((added?.authorization ?? "").replace(/^Bearer /, ""))).toBe(true);
    expect(authority.requests).toHaveLength(1);
  });

  test("by AWS signs each call for its region and service", async () => {
    const options = { auth: "aws", region: "eu-west-1", service: "execute-api" };
    const provider = context(url, options, { access_key_id: "AKIDEXAMPLE", secret_access_key: "canary" });
    const { headers, authorize } = custom.prepare(provider, "openai-chat");
    const call = { method: "POST", url: `${url}/v1/chat/completions`, headers, body: "{}" } as const;
    const added = await authorize?.(call, plainFetch);
    expect(added?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\//,
    );
    expect(JSON.stringify(added)).not.toContain("canary");
  });

  test("by a key in the query leaves the headers alone", () => {
    const { headers, url: urlOf } = custom.prepare(
      context(url, { auth_query: "key" }, { api_key: "k&1" }),
      "openai-chat",
    );
    expect(headers).toEqual({});
    expect(urlOf({ operation: "generate", model: "m", stream: false })).toBe(
      `${url}/v1/chat/completions?key=k%261`,
    );
  });
});
