import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { applicationProfileArn } from "../mocks/bedrock/models.ts";
import { type BedrockMock, startBedrockMock } from "../mocks/bedrock-server.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import { startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { anthropicClient } from "./official-clients.ts";
import { messagesSurface, readError, startWorld, vendorKey, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const messages = [
  { role: "user" as const, content: "How many tokens is this sentence, and who pays for them?" },
];
const path = "/v1/messages/count_tokens";

test("the vendor counts where it can, and its refusals come in the client's shape", async () => {
  const counted = await anthropicClient(world.penstock).messages.countTokens({
    model: "claude-sonnet-4-5",
    messages,
  });
  expect(counted.input_tokens).toBeGreaterThan(5);
  expect(world.anthropic.lastRequest().path).toBe(path);
  const response = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect(response.headers.get("x-penstock-loss")).toBeNull();
  expect(await world.penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "")).toMatchObject({
    outcome: "completed",
    passthrough: true,
    usage: { input: 0, output: 0 },
  });
  world.anthropic.reply({
    status: 429,
    headers: { "retry-after": "4" },
    json: { type: "error", error: { type: "rate_limit_error", message: vendorKey } },
  });
  const limited = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "4"]);
  expect(readError(messagesSurface, await limited.json()).type).toBe("rate_limit_error");
});

test.each(["gpt-4o-mini", "playground-llm"])(
  "an estimate for %s is said to be one, and refused to a strict caller",
  async (model) => {
    const { data, response } = await anthropicClient(world.penstock)
      .messages.countTokens({ model, messages })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(response.headers.get("x-penstock-loss")).toBe("input_tokens;action=emulated");
    const strict = await world.penstock.post(
      path,
      { model, messages },
      { headers: { "x-penstock-strict": "true" } },
    );
    expect(strict.status).toBe(400);
    expect(readError(messagesSurface, await strict.json()).message).toContain("input_tokens");
  },
);

test("more text is more tokens; a picture is not counted by its bytes", async () => {
  const count = async (content: unknown) => {
    const response = await world.penstock.post(path, {
      model: "gpt-4o-mini",
      messages: [{ role: "user", content }],
    });
    return ((await response.json()) as { input_tokens: number }).input_tokens;
  };
  const short = await count("one");
  expect(await count("one ".repeat(1000))).toBeGreaterThan(short + 500);
  const source = { type: "base64", media_type: "image/png", data: "A".repeat(400_000) };
  expect(await count([{ type: "image", source }])).toBeLessThan(2_000);
});

test.each([
  ["no messages", { model: "gpt-4o-mini" }],
  ["broken messages", { model: "gpt-4o-mini", messages: "hello" }],
  ["broken messages for the vendor", { model: "claude-sonnet-4-5", messages: [{ role: "user" }] }],
])("%s: 400 in the client's shape", async (_, body) => {
  const response = await world.penstock.post(path, body);
  expect(response.status).toBe(400);
  expect(readError(messagesSurface, await response.json()).type).toBe("invalid_request_error");
});

test("a `stream` that does not belong there changes nothing", async () => {
  const response = await world.penstock.post(path, { model: "playground-llm", messages, stream: true });
  expect(response.headers.get("content-type")).toStartWith("application/json");
  expect(await response.json()).toHaveProperty("input_tokens");
});

test("an answer that is no count is the vendor's failure", async () => {
  world.anthropic.reply({ body: "<html>sign in</html>" });
  const response = await world.penstock.post(path, { model: "claude-sonnet-4-5", messages });
  expect(response.status).toBe(502);
  readError(messagesSurface, await response.json());
});

describe("a vendor that counts in a protocol of its own", () => {
  const question = {
    system: "You are of few words.",
    messages: [...messages, { role: "assistant", content: "Ten." }, { role: "user", content: "Sure?" }],
    tools: [
      { name: "get_weather", description: "The weather", input_schema: { type: "object", properties: {} } },
    ],
  };
  const claude = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  let openai: MockVendor;
  let bedrock: BedrockMock;
  let google: MockVendor;

  beforeAll(async () => {
    openai = startOpenAiMock();
    bedrock = startBedrockMock();
    google = startGeminiMock();
    const { penstock } = world;
    await penstock.addProvider({
      name: "oa",
      driver: "openai",
      vendor: openai,
      models: ["gpt-5.1", "gpt-4o"],
    });
    await penstock.addProvider({
      name: "aws",
      driver: "bedrock",
      vendor: bedrock,
      models: [claude, "amazon.nova-2-lite-v1:0", applicationProfileArn],
    });
    await penstock.addProvider({
      name: "goo",
      driver: "gemini",
      vendor: google,
      models: ["gemini-2.5-flash"],
    });
  });
  afterAll(() => Promise.all([openai.close(), bedrock.close(), google.close()]));

  const count = async (model: string, body: object = question) => {
    const response = await world.penstock.post(path, { model, ...body });
    const loss = response.headers.get("x-penstock-loss");
    return {
      status: response.status,
      loss,
      tokens: ((await response.json()) as { input_tokens?: number }).input_tokens,
    };
  };

  test.each([
    ["oa/gpt-5.1", () => openai, "/v1/responses/input_tokens"],
    ["oa/gpt-4o", () => openai, "/v1/responses/input_tokens"],
    [`aws/${claude}`, () => bedrock, `/model/${encodeURIComponent(claude)}/count-tokens`],
    ["goo/gemini-2.5-flash", () => google, "/v1beta/models/gemini-2.5-flash:countTokens"],
  ] as const)("%s: the count is the vendor's, and nothing is lost", async (model, mock, called) => {
    const { status, loss, tokens } = await count(model);
    expect([status, loss]).toEqual([200, null]);
    expect(mock().lastRequest().path).toBe(called);
    expect(tokens).toBeGreaterThan(10);
    const more = await count(model, { ...question, system: "word ".repeat(500) });
    expect((more.tokens ?? 0) - (tokens ?? 0)).toBeGreaterThan(300);
  });

  test("a client of Gemini has Claude counted by its vendor", async () => {
    const answer = await world.penstock.post("/v1beta/models/claude-sonnet-4-5:countTokens", {
      contents: [{ role: "user", parts: [{ text: "How many tokens is this?" }] }],
    });
    expect([answer.status, answer.headers.get("x-penstock-loss")]).toEqual([200, null]);
    expect(await answer.json()).toEqual({ totalTokens: expect.any(Number) });
    expect(world.anthropic.lastRequest().path).toBe(path);
  });

  test.each(["amazon.nova-2-lite-v1:0", applicationProfileArn])(
    "%s, which the vendor does not count, is estimated and said to be",
    async (model) => {
      const { status, loss, tokens } = await count(`aws/${model}`);
      expect([status, loss]).toEqual([200, "input_tokens;action=emulated"]);
      expect(tokens).toBeGreaterThan(10);
    },
  );

  test("a question the vendor refuses is estimated; a credential it refuses is not hidden", async () => {
    openai.reply({ status: 404, json: { error: { message: "Unknown request URL" } } });
    expect((await count("oa/gpt-5.1")).loss).toBe("input_tokens;action=emulated");
    openai.reply({ status: 401, json: { error: { message: "Incorrect API key" } } });
    expect((await count("oa/gpt-5.1")).status).toBe(401);
    openai.reply({ json: { object: "response.input_tokens" } });
    expect((await count("oa/gpt-5.1")).status).toBe(502);
  });
});
