import { expect, test } from "bun:test";
import { plainFetch, testDriver } from "../../testkit/driver-suite.ts";
import { startOpenAiMock } from "../../testkit/mocks/openai-server.ts";
import { Secret } from "../secrets/secret.ts";
import type { DriverContext, ProviderOptions } from "./driver.ts";
import driver from "./openai.ts";

testDriver({
  driver,
  start: startOpenAiMock,
  credential: (key) => ({ api_key: key }),
  baseUrls: (origin) =>
    new URL(origin).pathname === "/" ? [origin, `${origin}/v1`, `${origin}/v1/`] : [`${origin}/v1`],
  paths: {
    generate: { "openai-responses": "/v1/responses", "openai-chat": "/v1/chat/completions" },
    countTokens: ({ protocol }) =>
      protocol === "openai-responses" ? "/v1/responses/input_tokens" : undefined,
  },
  knownModel: "gpt-5",
  emptyList: { object: "list", data: [] },
});

const context = (options: ProviderOptions = {}): DriverContext => ({
  baseUrl: "https://api.openai.com/v1",
  credential: { api_key: new Secret("sk-key") },
  options,
});

test("organization and project travel as headers, and only when they are set", () => {
  expect(driver.prepare(context(), "openai-responses").headers).toEqual({ authorization: "Bearer sk-key" });
  const { headers } = driver.prepare(context({ organization: "org-1", project: "proj_2" }), "openai-chat");
  expect(headers).toEqual({
    authorization: "Bearer sk-key",
    "openai-organization": "org-1",
    "openai-project": "proj_2",
  });
  expect(driver.misconfigured(context({ organization: "org-1\r\nx: y" }))?.path).toBe(
    "/options/organization",
  );
});

test("a key of another organization is refused by the vendor, and the probe says so", async () => {
  await using mock = startOpenAiMock({ organization: "org-1" });
  const at = (options: ProviderOptions) => ({
    baseUrl: mock.url,
    credential: { api_key: new Secret(mock.apiKey) },
    options,
  });
  const signal = new AbortController().signal;
  expect((await driver.probe(at({ organization: "org-1" }), plainFetch, signal)).status).toBe("valid");
  expect((await driver.probe(at({ organization: "org-2" }), plainFetch, signal)).status).toBe("rejected");
});

test("an account that has one of the APIs only is called by it", () => {
  const prefer = (protocol: string) =>
    driver.prefer?.({
      surface: "openai-chat",
      hasTools: false,
      model: "m",
      options: { protocol },
      traits: {},
    });
  expect([prefer("responses"), prefer("chat"), prefer("auto")]).toEqual([
    "openai-responses",
    "openai-chat",
    undefined,
  ]);
});

test("tools and reasoning go by Responses, everything else by what serves it best", () => {
  const prefer = (surface: "openai-chat" | "openai-responses" | "anthropic-messages", hasTools: boolean) => ({
    reasoning: driver.prefer?.({
      surface,
      hasTools,
      model: "m",
      options: {},
      traits: { reasoning: "effort" },
    }),
    plain: driver.prefer?.({ surface, hasTools, model: "m", options: {}, traits: { reasoning: "none" } }),
    unknown: driver.prefer?.({ surface, hasTools, model: "m", options: {}, traits: {} }),
  });
  expect(prefer("openai-chat", true)).toEqual({
    reasoning: "openai-responses",
    plain: "openai-chat",
    unknown: undefined,
  });
  expect(prefer("openai-chat", false)).toEqual({
    reasoning: undefined,
    plain: "openai-chat",
    unknown: undefined,
  });
  expect(prefer("anthropic-messages", true).reasoning).toBe("openai-responses");
  expect(prefer("openai-responses", true)).toEqual({
    reasoning: undefined,
    plain: undefined,
    unknown: undefined,
  });
});
