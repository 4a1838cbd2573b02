import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startGeminiMock } from "../../testkit/mocks/gemini-server.ts";
import { Secret } from "../secrets/secret.ts";
import gemini from "./gemini.ts";

testDriver({
  driver: gemini,
  start: startGeminiMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [origin, `${origin}/v1beta`, `${origin}/v1beta/`],
  paths: {
    generate: ({ model, stream }) =>
      `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    countTokens: ({ model }) => `/v1beta/models/${model}:countTokens`,
  },
  knownModel: "gemini-2.5-flash",
  emptyList: {},
  listOf: (entries) => ({ models: entries.map(named) }),
});

function named(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || !("id" in entry)) return entry;
  const { id, ...rest } = entry;
  return { ...rest, name: typeof id === "string" ? `models/${id}` : id };
}

const context = (baseUrl: string, key = "k") => ({
  baseUrl,
  credential: { api_key: new Secret(key) },
  options: {},
});
const signal = () => new AbortController().signal;

describe("URLs", () => {
  const url = (baseUrl: string, model: string) =>
    gemini.prepare(context(baseUrl), "gemini").url({ operation: "generate", model, stream: false });

  test("another version is kept, tuned models keep their collection, and names are escaped", () => {
    expect(url("https://g.example/v1", "m")).toBe("https://g.example/v1/models/m:generateContent");
    expect(url("https://g.example", "tunedModels/x")).toBe(
      "https://g.example/v1beta/tunedModels/x:generateContent",
    );
    expect(url("https://g.example", "a?b#c")).toBe(
      "https://g.example/v1beta/models/a%3Fb%23c:generateContent",
    );
  });
});

test("asks for one model to check a key", async () => {
  await using mock = startGeminiMock();
  const result = await gemini.probe(context(mock.url, mock.apiKey), plainFetch, signal());
  expect(result.status).toBe("valid");
  expect([...mock.lastRequest().query]).toEqual([["pageSize", "1"]]);
});

test("a bad request that is not about the key does not reject it", async () => {
  const body = {
    error: { code: 400, status: "FAILED_PRECONDITION", message: "User location is not supported" },
  };
  const fetch = () => Promise.resolve(Response.json(body, { status: 400 }));
  expect((await gemini.probe(context("https://g.example"), fetch, signal())).status).toBe("unreachable");
});

test("follows the pages of the list, and tells what a model is for", async () => {
  await using mock = startGeminiMock();
  const models = await gemini.discover(
    context(mock.url, mock.apiKey),
    (url, init) => plainFetch(url.replace("pageSize=1000", "pageSize=3"), init),
    signal(),
  );
  expect(mock.requests.length).toBeGreaterThan(2);
  const kinds = Object.fromEntries(models.map(({ id, kind }) => [id, kind]));
  expect(kinds).toMatchObject({
    "gemini-2.5-flash": "chat",
    "gemini-embedding-001": "embedding",
    "gemini-2.5-flash-preview-tts": "other",
    "imagen-4.0-generate-001": "other",
  });
  expect(models.find(({ id }) => id === "gemini-2.5-flash")).toEqual({
    id: "gemini-2.5-flash",
    kind: "chat",
    displayName: "Gemini 2.5 Flash",
    contextTokens: 1_048_576,
    traits: { maxOutputTokens: 65_536 },
  });
});
