import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startOpenAiChatMock } from "../../testkit/mocks/openai-chat-server.ts";
import { Secret } from "../secrets/secret.ts";
import type { DriverContext, ProviderOptions } from "./driver.ts";
import driver from "./openai-completions.ts";

testDriver({
  driver,
  start: startOpenAiChatMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => (new URL(origin).pathname === "/" ? [origin, `${origin}/v1`] : [`${origin}/v1`]),
  paths: { generate: "/v1/chat/completions", countTokens: undefined },
  knownModel: "gpt-4o",
  emptyList: { object: "list", data: [] },
});

const call = { model: "m", stream: false, operation: "generate" } as const;

function context(
  baseUrl: string,
  options: ProviderOptions = {},
  key: string | undefined = "sk-key",
): DriverContext {
  return { baseUrl, credential: key === undefined ? {} : { api_key: new Secret(key) }, options };
}

const prepare = (baseUrl: string, options: ProviderOptions = {}) =>
  driver.prepare(context(baseUrl, options), "openai-chat");
const signal = () => new AbortController().signal;

describe("the base URL", () => {
  test.each([
    ["https://api.openai.com", "https://api.openai.com/v1/chat/completions"],
    ["https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"],
    ["http://localhost:11434", "http://localhost:11434/v1/chat/completions"],
    ["https://api.groq.example/openai/v1", "https://api.groq.example/openai/v1/chat/completions"],
    ["https://host.example/api/paas/v4", "https://host.example/api/paas/v4/chat/completions"],
    ["https://host.example/v1?api-version=2", "https://host.example/v1/chat/completions?api-version=2"],
  ])("%s", (baseUrl, url) => expect(prepare(baseUrl).url(call)).toBe(url));
});

describe("where the key goes", () => {
  test.each<[string, ProviderOptions, Record<string, string>]>([
    ["a bearer token unless told", {}, { authorization: "Bearer sk-key" }],
    ["a header of another name, alone", { auth_header: "Api-Key" }, { "api-key": "sk-key" }],
    [
      "with a prefix of its own",
      { auth_header: "Authorization", auth_prefix: "Token " },
      { authorization: "Token sk-key" },
    ],
    ["without a prefix", { auth_prefix: "" }, { authorization: "sk-key" }],
  ])("%s", (_, options, headers) => expect(prepare("https://a.example", options).headers).toEqual(headers));

  test("in the query, and then in no header", () => {
    const upstream = prepare("https://a.example/v1?x=1", { auth_query: "key" });
    expect(upstream.url(call)).toBe("https://a.example/v1/chat/completions?x=1&key=sk-key");
    expect(upstream.headers).toEqual({});
  });

  test.each([
    [{ header: "api-key", prefix: "" }, { auth_header: "api-key" }],
    [{ query: "key" }, { auth_query: "key" }],
  ])("a server that wants it there accepts the probe", async (auth, options) => {
    await using mock = startOpenAiChatMock({ auth });
    expect((await driver.probe(context(mock.url, options, mock.apiKey), plainFetch, signal())).status).toBe(
      "valid",
    );
    expect((await driver.probe(context(mock.url, {}, mock.apiKey), plainFetch, signal())).status).toBe(
      "rejected",
    );
  });

  test("a server without authentication needs no key; OpenAI itself does", async () => {
    await using mock = startOpenAiChatMock({ auth: "none", dialect: "compatible" });
    const keyless: DriverContext = { baseUrl: mock.url, credential: {}, options: {} };
    expect(driver.misconfigured(keyless)).toBeUndefined();
    expect(await driver.probe(keyless, plainFetch, signal())).toEqual({ status: "valid", models: 2 });
    expect(mock.lastRequest().headers.has("authorization")).toBe(false);
    expect(driver.misconfigured({ ...keyless, baseUrl: "https://api.openai.com" })?.path).toBe(
      "/credentials/api_key",
    );
  });

  test.each(["", "content-length", "host", "bad header", "x\r\nevil"])(
    "the header %j is refused or means the default",
    (name) => {
      const reason = driver.misconfigured(context("https://a.example", { auth_header: name }));
      expect(reason === undefined).toBe(name === "");
    },
  );
});

describe("quirks", () => {
  test("OpenAI itself gets its own dialect, other servers what all understand", () => {
    expect(prepare("https://api.openai.com").quirks).toMatchObject({
      developer_role: true,
      max_tokens_field: "max_completion_tokens",
    });
    expect(prepare("https://api.openai.com.evil.example").quirks).toEqual({});
  });

  test("options set them, and are checked", () => {
    expect(
      prepare("https://a.example", { max_tokens_field: "max_completion_tokens", json_schema: false }).quirks,
    ).toEqual({
      max_tokens_field: "max_completion_tokens",
      json_schema: false,
    });
    const problem = (options: ProviderOptions) =>
      driver.misconfigured(context("https://a.example", options))?.message;
    expect(problem({ json_schema: "no" })).toContain("json_schema");
    expect(problem({ max_tokens_field: "tokens" })).toContain("max_tokens, max_completion_tokens");
  });
});

describe("discovery", () => {
  test("tells chat models from embeddings and the rest, by type or by name", async () => {
    const ids = [
      { id: "gpt-4o" },
      { id: "text-embedding-3-small" },
      { id: "whisper-1" },
      { id: "tts-1-hd" },
      { id: "dall-e-3" },
      { id: "gpt-image-1" },
      { id: "omni-moderation-latest" },
      { id: "gpt-4o-mini-transcribe" },
      { id: "gpt-4o-realtime-preview" },
      { id: "BAAI/bge-large", type: "embedding" },
      { id: "flux", type: "image" },
      { id: "llama", type: "chat", context_length: 8192 },
      { id: "vllm", max_model_len: 4096 },
    ];
    // A bare array, as one of the compatible vendors sends.
    const fetch = () => Promise.resolve(Response.json(ids));
    const models = await driver.discover(context("https://a.example"), fetch, signal());
    expect(Object.fromEntries(models.map(({ id, kind }) => [id, kind ?? "none"]))).toEqual({
      "gpt-4o": "chat",
      "text-embedding-3-small": "embedding",
      "whisper-1": "other",
      "tts-1-hd": "other",
      "dall-e-3": "other",
      "gpt-image-1": "other",
      "omni-moderation-latest": "other",
      "gpt-4o-mini-transcribe": "other",
      "gpt-4o-realtime-preview": "other",
      "BAAI/bge-large": "embedding",
      flux: "other",
      llama: "chat",
      vllm: "chat",
    });
    expect(
      models
        .filter(({ contextTokens }) => contextTokens !== undefined)
        .map(({ contextTokens }) => contextTokens),
    ).toEqual([8192, 4096]);
  });
});
