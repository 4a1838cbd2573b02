import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startOllamaMock } from "../../testkit/mocks/ollama-server.ts";
import { Secret } from "../secrets/secret.ts";
import type { DriverContext, DriverFetch } from "./driver.ts";
import ollama from "./ollama.ts";

testDriver({
  driver: ollama,
  start: startOllamaMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [origin, `${origin}/`, `${origin}/api`, `${origin}/v1`],
  paths: { generate: "/api/chat", countTokens: undefined },
  knownModel: "qwen3:8b",
  emptyList: { version: "0.12.6", models: [] },
  listOf: (entries) => ({ models: entries.map(named) }),
});

function named(entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || !("id" in entry)) return entry;
  const { id, ...rest } = entry;
  return { ...rest, name: id };
}

const context = (baseUrl: string, options: DriverContext["options"] = {}): DriverContext => ({
  baseUrl,
  credential: {},
  options,
});
const signal = () => new AbortController().signal;

describe("a server of one's own", () => {
  test("needs no key", () => {
    expect(ollama.misconfigured(context("http://localhost:11434"))).toBeUndefined();
    expect(ollama.prepare(context("http://localhost:11434"), "ollama").headers).toEqual({});
  });

  test("has its context length and keep-alive set where the admin says", () => {
    const set = context("http://localhost:11434", { num_ctx: "32768", keep_alive: "1h30m" });
    expect(ollama.misconfigured(set)).toBeUndefined();
    expect(ollama.prepare(set, "ollama").quirks).toEqual({ num_ctx: 32768, keep_alive: "1h30m" });
    for (const options of [{ num_ctx: "much" }, { num_ctx: "0" }, { keep_alive: "soon" }]) {
      const [name = ""] = Object.keys(options);
      expect(ollama.misconfigured(context("http://localhost:11434", options))?.path).toBe(`/options/${name}`);
    }
  });
});

describe("what models can do", () => {
  test("is asked of the server, model by model", async () => {
    await using mock = startOllamaMock();
    const models = await ollama.discover(
      { ...context(mock.url), credential: { api_key: new Secret(mock.apiKey) } },
      plainFetch,
      signal(),
    );
    const facts = Object.fromEntries(models.map(({ id, ...rest }) => [id, rest]));
    expect(facts).toMatchObject({
      "qwen3:8b": { kind: "chat", contextTokens: 40960, traits: { reasoning: "effort" } },
      "llama3.2:latest": { kind: "chat", contextTokens: 131072, traits: { reasoning: "none" } },
      "gpt-oss:20b": {
        kind: "chat",
        contextTokens: 131072,
        traits: { reasoning: "effort", efforts: ["low", "medium", "high"], alwaysReasons: true },
      },
      "gemma3:4b": { kind: "chat", contextTokens: 131072, traits: { reasoning: "none" } },
      "nomic-embed-text:latest": { kind: "embedding", contextTokens: 2048 },
    });
  });

  test("is asked of a few at a time and of a bounded number, and a model that fails keeps its place", async () => {
    let asking = 0;
    let most = 0;
    let shows = 0;
    const tags = { models: Array.from({ length: 250 }, (_, i) => ({ name: `m${i}` })) };
    const fetch: DriverFetch = async (url, init) => {
      if (new URL(url).pathname === "/api/tags") return Response.json(tags);
      shows++;
      most = Math.max(most, ++asking);
      await Bun.sleep(1);
      asking--;
      expect(init.method).toBe("POST");
      return shows % 2 === 0
        ? new Response("canary", { status: 500 })
        : Response.json({ capabilities: ["completion"] });
    };
    const models = await ollama.discover(context("http://localhost:11434"), fetch, signal());
    expect(models).toHaveLength(250);
    expect(shows).toBe(200);
    expect(most).toBeLessThanOrEqual(4);
  });
});
