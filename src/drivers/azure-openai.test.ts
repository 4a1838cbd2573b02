import { describe, expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startAzureOpenAiMock } from "../../testkit/mocks/openai-server.ts";
import { Secret } from "../secrets/secret.ts";
import driver from "./azure-openai.ts";
import type { DriverContext, ProviderOptions } from "./driver.ts";

testDriver({
  driver,
  start: startAzureOpenAiMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) => [
    origin,
    `${origin}/`,
    `${origin}/openai`,
    `${origin}/openai/v1/`,
    `${origin}/openai/v1/responses`,
    `${origin}/openai/v1/chat/completions`,
  ],
  paths: {
    generate: { "openai-responses": "/openai/v1/responses", "openai-chat": "/openai/v1/chat/completions" },
    countTokens: undefined,
  },
  knownModel: "gpt-5",
  emptyList: { object: "list", data: [] },
});

const context = (baseUrl: string, options: ProviderOptions = {}, key = "k"): DriverContext => ({
  baseUrl,
  credential: { api_key: new Secret(key) },
  options,
});
const call = { operation: "generate", model: "my deployment", stream: false } as const;
const resource = "https://r.openai.azure.com";

describe("classic deployment URLs", () => {
  test.each<[string, ProviderOptions, string]>([
    [resource, { api_version: "2024-10-21" }, "2024-10-21"],
    [`${resource}/openai/deployments/other`, { api_version: "2024-10-21" }, "2024-10-21"],
    [
      `${resource}/openai/deployments/other/chat/completions?api-version=2024-12-01-preview`,
      {},
      "2024-12-01-preview",
    ],
    [`${resource}/openai/deployments`, {}, "2025-04-01-preview"],
  ])("%s with %j", (baseUrl, options, version) => {
    const url = (protocol: "openai-chat" | "openai-responses") =>
      driver.prepare(context(baseUrl, options), protocol).url(call);
    expect(url("openai-chat")).toBe(
      `${resource}/openai/deployments/my%20deployment/chat/completions?api-version=${version}`,
    );
    expect(url("openai-responses")).toBe(`${resource}/openai/responses?api-version=${version}`);
  });

  test("a project of Foundry keeps its path", () => {
    const base = "https://r.services.ai.azure.com/api/projects/p/openai/v1";
    expect(driver.prepare(context(base), "openai-responses").url(call)).toBe(`${base}/responses`);
  });

  test("the classic list of models answers the probe, too", async () => {
    await using mock = startAzureOpenAiMock();
    const signal = new AbortController().signal;
    const at = context(mock.url, { api_version: "2024-10-21" }, mock.apiKey);
    expect((await driver.probe(at, plainFetch, signal)).status).toBe("valid");
    expect(mock.lastRequest().path).toBe("/openai/models");
  });

  test("a version that is no date is refused", () => {
    expect(driver.misconfigured(context(resource, { api_version: "latest" }))?.path).toBe(
      "/options/api_version",
    );
    expect(driver.misconfigured(context(resource, { api_version: "2025-04-01-preview" }))).toBeUndefined();
  });
});

test("the key is in `api-key` and in no other header", () => {
  expect(driver.prepare(context(resource), "openai-chat").headers).toEqual({ "api-key": "k" });
});

describe("discovery", () => {
  const signal = new AbortController().signal;

  test("finds the deployments with what each deploys, where the resource lists them", async () => {
    await using mock = startAzureOpenAiMock({
      deployments: { "prod-chat": "gpt-5.1", "my-vectors": "text-embedding-3-small" },
    });
    expect(await driver.discover(context(mock.url, {}, mock.apiKey), plainFetch, signal)).toEqual([
      { id: "prod-chat", kind: "chat", facts: { baseModel: "gpt-5.1" } },
      { id: "my-vectors", kind: "embedding", facts: { baseModel: "text-embedding-3-small" } },
    ]);
  });

  test("asks a project for its own first, and takes what is deployed only", async () => {
    const asked: string[] = [];
    const at = context("https://r.services.ai.azure.com/api/projects/p");
    const found = await driver.discover(
      at,
      async (url) => {
        asked.push(url);
        const value = [
          { type: "ModelDeployment", name: "d1", modelName: "gpt-4o", modelPublisher: "OpenAI" },
          { name: "d2", modelName: "gpt-4o", status: "failed" },
          {},
        ];
        return Response.json({ value });
      },
      signal,
    );
    expect(asked).toEqual(["https://r.services.ai.azure.com/api/projects/p/deployments?api-version=v1"]);
    expect(found.map(({ id }) => id)).toEqual(["d1"]);
  });

  test("else finds base models, which are marked", async () => {
    await using mock = startAzureOpenAiMock();
    const found = await driver.discover(context(mock.url, {}, mock.apiKey), plainFetch, signal);
    expect(found.find(({ id }) => id === "gpt-4o")?.displayName).toBe("gpt-4o (base model)");
  });
});
