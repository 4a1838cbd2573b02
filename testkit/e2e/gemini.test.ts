import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { type Content, GoogleGenAI, type Part } from "@google/genai";
import OpenAI from "openai";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { faultInStream, faultReply, geminiFaults } from "../mocks/gemini/faults.ts";
import { startGeminiMock } from "../mocks/gemini-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Gemini from both sides: Google's own client on every wire, and the other official clients on a strict Gemini, whose
// third generation refuses a call without its signature.

let penstock: TestPenstock;
let vendor: MockVendor;
let anthropic: MockVendor;

const models = ["gemini-2.5-flash", "gemini-3-pro-preview", "gemini-3-flash-preview", "gemini-4-neon"];

beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startGeminiMock();
  anthropic = startAnthropicMock();
  await penstock.addProvider({ name: "google-prod", driver: "gemini", vendor, models });
  await penstock.addProvider({
    name: "anthropic-prod",
    driver: "anthropic",
    vendor: anthropic,
    models: ["claude-sonnet-4-5"],
  });
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([vendor.close(), anthropic.close()]);
});

const parametersJsonSchema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const functionDeclarations = ["get_weather", "get_time"].map((name) => ({
  name,
  description: "About a city",
  parametersJsonSchema,
}));

const google = (target: { readonly url: string; readonly key: string }) =>
  new GoogleGenAI({ apiKey: target.key, httpOptions: { baseUrl: target.url } });
const targets = {
  mock: () => google({ url: vendor.url, key: vendor.apiKey }),
  penstock: () => google({ url: penstock.url, key: penstock.gatewayKey }),
};

/** Two calls, answered, then one more turn; gives back everything that was said. */
async function converse(
  client: GoogleGenAI,
  { model, stream }: { readonly model: string; readonly stream: boolean },
): Promise<readonly Content[]> {
  const contents: Content[] = [{ role: "user", parts: [{ text: "Weather and time in Paris?" }] }];
  const config = {
    systemInstruction: "Be terse.",
    tools: [{ functionDeclarations }],
    thinkingConfig: { includeThoughts: true },
    maxOutputTokens: 4000,
  };
  const ask = async () => {
    const parts: Part[] = [];
    const request = { model, contents, config };
    const chunks = stream
      ? await client.models.generateContentStream(request)
      : [await client.models.generateContent(request)];
    let usage: number | undefined;
    let reason: string | undefined;
    for await (const chunk of chunks) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
      usage = chunk.usageMetadata?.totalTokenCount ?? usage;
      reason = chunk.candidates?.[0]?.finishReason ?? reason;
    }
    expect(usage).toBeGreaterThan(0);
    expect(reason).toBe("STOP");
    // The empty end of a stream is no part of what was said.
    const said = parts.filter((part) => part.text !== "" || part.thoughtSignature !== undefined);
    contents.push({ role: "model", parts: said });
    return said;
  };
  const calls = (await ask()).flatMap(({ functionCall }) =>
    functionCall === undefined ? [] : [functionCall],
  );
  expect(calls.length).toBeGreaterThan(0);
  contents.push({
    role: "user",
    parts: calls.map(({ id, name }) => ({
      functionResponse: {
        ...(id !== undefined && { id }),
        name: name ?? "",
        response: { output: `${name} ok` },
      },
    })),
  });
  const second = await ask();
  expect(second.map(({ text, thought }) => (thought ? "" : text)).join("")).toContain("get_weather ok");
  contents.push({ role: "user", parts: [{ text: "Thank you." }] });
  await ask();
  return contents;
}

describe.each(["mock", "penstock"] as const)("Google's client at %s", (target) => {
  test.each(
    models.flatMap(
      (model) =>
        [
          [model, false],
          [model, true],
        ] as const,
    ),
  )("%s: thinking and parallel tools over three turns (stream: %p)", async (model, stream) => {
    const contents = await converse(targets[target](), { model, stream });
    expect(contents[1]?.parts?.some(({ thought }) => thought === true)).toBe(true);
    expect(contents[1]?.parts?.filter(({ functionCall }) => functionCall !== undefined)).toHaveLength(2);
  });

  test("counts tokens, and lists models page by page", async () => {
    const client = targets[target]();
    const counted = await client.models.countTokens({ model: "gemini-2.5-flash", contents: "Hello" });
    expect(counted.totalTokens).toBeGreaterThan(0);
    const names: (string | undefined)[] = [];
    for await (const model of await client.models.list({ config: { pageSize: 2 } })) names.push(model.name);
    expect(names).toContain("models/gemini-2.5-flash");
    expect(new Set(names).size).toBe(names.length);
    expect((await client.models.get({ model: "gemini-2.5-flash" })).name).toBe("models/gemini-2.5-flash");
  });
});

test.each(["claude-sonnet-4-5", "playground-llm", "google-prod/gemini-3-pro-preview"])(
  "Google's client on %s, streamed and not",
  async (model) => {
    for (const stream of [false, true]) await converse(targets.penstock(), { model, stream });
  },
);

test.each([false, true])(
  "calls that nobody signed go on with a model that checks signatures (stream: %p)",
  async (stream) => {
    const call = { functionCall: { name: "get_weather", args: { city: "Paris" } } };
    const request = {
      model: "gemini-3-pro-preview",
      contents: [
        { role: "user", parts: [{ text: "Weather?" }] },
        { role: "model", parts: [call] },
        {
          role: "user",
          parts: [{ functionResponse: { name: "get_weather", response: { output: "sunny" } } }],
        },
      ],
      config: { tools: [{ functionDeclarations }] },
    };
    const { models } = targets.penstock();
    const chunks = stream
      ? await models.generateContentStream(request)
      : [await models.generateContent(request)];
    let text = "";
    for await (const chunk of chunks) text += chunk.text ?? "";
    expect(text).toContain("sunny");
    // The vendor itself refuses them.
    const direct = targets.mock().models.generateContent(request);
    await expect(direct).rejects.toThrow("thought_signature");
  },
);

test("thinking signed by another vendor survives a client of Google's to the byte", async () => {
  await converse(targets.penstock(), { model: "claude-sonnet-4-5", stream: true });
  const { body } = anthropic.lastRequest() as { body: { messages: { role: string; content: unknown }[] } };
  expect(body.messages.find(({ role }) => role === "assistant")?.content).toMatchObject([
    { type: "thinking", signature: expect.stringMatching(/./) },
    { type: "tool_use" },
  ]);
});

describe.each(models)("other clients on %s", (model) => {
  test.each([false, true])(
    "openai: thinking and parallel tools over three turns (stream: %p)",
    async (stream) => {
      const client = new OpenAI({
        baseURL: `${penstock.url}/v1`,
        apiKey: penstock.gatewayKey,
        maxRetries: 0,
      });
      const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
        { role: "system", content: "Be terse." },
        { role: "user", content: "Weather and time in Paris?" },
      ];
      const tools = functionDeclarations.map(({ name, description }) => ({
        type: "function" as const,
        function: { name, description, parameters: parametersJsonSchema },
      }));
      const ask = async () => {
        const params = { model, messages, tools, reasoning_effort: "low" as const };
        const { choices } = stream
          ? await client.chat.completions.stream(params).finalChatCompletion()
          : await client.chat.completions.create(params);
        const message = choices[0]?.message;
        if (message === undefined) throw new Error("no choice");
        messages.push(message);
        return message;
      };
      const first = await ask();
      expect(first).toHaveProperty("reasoning_content");
      expect(first.tool_calls).toHaveLength(2);
      expect(first.tool_calls?.[0]).toHaveProperty("extra_content.google.thought_signature");
      for (const { id } of first.tool_calls ?? [])
        messages.push({ role: "tool", tool_call_id: id, content: "sunny" });
      expect((await ask()).content).toContain("sunny");
      messages.push({ role: "user", content: "Thank you." });
      await ask();
    },
  );

  test.each([false, true])(
    "Anthropic: thinking and parallel tools over three turns (stream: %p)",
    async (stream) => {
      const client = new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });
      const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Weather and time in Paris?" }];
      const tools = functionDeclarations.map(({ name }) => ({
        name,
        input_schema: { ...parametersJsonSchema, type: "object" as const },
      }));
      const ask = async () => {
        const params = {
          model,
          max_tokens: 4000,
          messages,
          tools,
          thinking: { type: "enabled" as const, budget_tokens: 1024 },
        };
        const message = stream
          ? await client.messages.stream(params).finalMessage()
          : await client.messages.create(params);
        messages.push({ role: "assistant", content: message.content });
        return message;
      };
      const first = await ask();
      const calls = first.content.filter((block) => block.type === "tool_use");
      expect(calls).toHaveLength(2);
      expect(first.stop_reason).toBe("tool_use");
      messages.push({
        role: "user",
        content: calls.map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "sunny" })),
      });
      expect(JSON.stringify((await ask()).content)).toContain("sunny");
      messages.push({ role: "user", content: "Thank you." });
      await ask();
      // The vendor's own signature came back on the call it was issued with, and no stand-in was needed.
      const { text } = vendor.lastRequest();
      expect(text).not.toContain("skip_thought_signature_validator");
      expect(text).toContain('"thoughtSignature"');
    },
  );
});

describe("the surface", () => {
  const ask = { contents: [{ parts: [{ text: "Hi" }] }] };
  const path = "/v1beta/models/gemini-2.5-flash";

  test("passes the body through untouched, whatever it holds", async () => {
    const body = `{ "contents" : [{"parts":[{"text":"Hi"}], "role":"user"}],\n "generationConfig":{"temperature":1.0} }`;
    const response = await penstock.post(`${path}:generateContent`, body);
    expect(response.status).toBe(200);
    expect(vendor.lastRequest().text).toBe(body);
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({ outcome: "completed", passthrough: true });
  });

  test.each(["gemini-2.5-flash", "playground-llm"])(
    "streams one JSON array from %s unless events are asked for",
    async (model) => {
      const call = `/v1beta/models/${model}:streamGenerateContent`;
      const array = await penstock.post(call, ask);
      expect(array.headers.get("content-type")).toContain("application/json");
      const chunks = (await array.json()) as { candidates: { finishReason?: string }[] }[];
      expect(chunks.length).toBeGreaterThan(1);
      expect(chunks.at(-1)?.candidates[0]?.finishReason).toBe("STOP");
      const events = await penstock.post(`${call}?alt=sse`, ask);
      expect(events.headers.get("content-type")).toContain("text/event-stream");
      expect(await events.text()).toStartWith("data: {");
    },
  );

  test("other versions, provider paths and qualified names lead to the same model", async () => {
    for (const call of [
      "/v1/models/gemini-2.5-flash:generateContent",
      "/v1beta/models/google-prod/gemini-2.5-flash:generateContent",
      "/v1/p/google-prod/v1beta/models/gemini-2.5-flash:generateContent",
    ]) {
      expect((await penstock.post(call, ask)).status).toBe(200);
      expect(vendor.lastRequest().path).toBe("/v1beta/models/gemini-2.5-flash:generateContent");
    }
  });

  test.each(["..%2f..%2fsecret", "a%2Fb", "a%5Cb", "a/..%2e", "%252e%252e", "a//b"])(
    "the model path %s is refused before any vendor is called",
    async (model) => {
      const before = vendor.requests.length;
      const response = await penstock.post(`/v1beta/models/${model}:generateContent`, ask);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 400, status: "INVALID_ARGUMENT" } });
      expect(vendor.requests.length).toBe(before);
    },
  );

  test("errors are Google's: unknown models, unknown keys, faults of fields", async () => {
    const unknown = await penstock.post("/v1beta/models/nope:generateContent", ask);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { status: "NOT_FOUND" } });
    const wrong = await fetch(`${penstock.url}${path}:generateContent`, {
      method: "POST",
      headers: { "x-goog-api-key": "wrong" },
      body: JSON.stringify(ask),
    });
    expect(await wrong.json()).toMatchObject({ error: { code: 401, status: "UNAUTHENTICATED" } });
    const field = await penstock.post("/v1beta/models/claude-sonnet-4-5:generateContent", {
      contents: [{ parts: [{ text: 5 }] }],
    });
    expect(await field.json()).toMatchObject({
      error: { message: expect.stringContaining("contents[0].parts[0].text"), status: "INVALID_ARGUMENT" },
    });
  });

  test("the vendor's limits arrive with the wait it asks for, and a quota of the day as such", async () => {
    vendor.reply(faultReply(geminiFaults.rateLimited), faultReply(geminiFaults.noQuota));
    const limited = await penstock.post("/v1/chat/completions", {
      model: "gemini-2.5-flash",
      messages: [{ role: "user", content: "Hi" }],
    });
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "8"]);
    const exhausted = await penstock.post(`${path}:generateContent`, ask);
    expect(exhausted.headers.get("x-penstock-error")).toBe("upstream_quota_exhausted");
  });

  test("a failure inside a stream ends it with an error, relayed and translated", async () => {
    const chunk = { candidates: [{ content: { parts: [{ text: "Half" }], role: "model" }, index: 0 }] };
    for (const call of [`${path}:streamGenerateContent?alt=sse`, "/v1/chat/completions"]) {
      const firstFrame = `data: ${JSON.stringify(chunk)}\r\n\r\n`.length;
      const pace = { cutAt: [firstFrame], betweenMs: 50 };
      vendor.reply({ ...faultInStream(geminiFaults.serverError, [chunk]), pace });
      const body = {
        ...ask,
        model: "gemini-2.5-flash",
        stream: true,
        messages: [{ role: "user", content: "Hi" }],
      };
      const response = await penstock.post(call, call.startsWith("/v1beta") ? ask : body);
      const text = await response.text();
      expect(text).toContain("Half");
      expect(text).toContain('"error"');
      expect(text).not.toContain("[DONE]");
    }
  });

  test("a prompt that was blocked is a filtered answer", async () => {
    vendor.reply({
      json: { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 3 } },
    });
    const response = await penstock.post("/v1/chat/completions", {
      model: "gemini-2.5-flash",
      messages: [{ role: "user", content: "Hi" }],
    });
    expect(await response.json()).toMatchObject({
      choices: [{ finish_reason: "content_filter", message: { content: "" } }],
    });
  });

  test("a count of a whole request names the vendor's model", async () => {
    const response = await penstock.post("/v1beta/models/google-prod/gemini-2.5-flash:countTokens", {
      generateContentRequest: { model: "models/google-prod/gemini-2.5-flash", ...ask },
    });
    expect(await response.json()).toMatchObject({ totalTokens: expect.any(Number) });
  });
});

test("a conversation begun elsewhere goes on, its calls passed as unsigned", async () => {
  const response = await penstock.post("/v1/chat/completions", {
    model: "gemini-3-pro-preview",
    messages: [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_x", type: "function", function: { name: "get_weather", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "call_x", content: "sunny" },
    ],
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-penstock-loss")).toBe("messages[1].content[0].signature;action=defaulted");
});
