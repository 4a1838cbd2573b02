import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { startOllamaMock } from "../mocks/ollama-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Official clients, unchanged, on a strict Ollama: lines of JSON behind server-sent events.

let penstock: TestPenstock;
let vendor: MockVendor;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOllamaMock();
  const models = ["qwen3:8b", "llama3.2:latest", "gemma3:4b"];
  await penstock.addProvider({
    name: "den",
    driver: "ollama",
    vendor,
    models,
    options: { num_ctx: "16384" },
  });
  openai = new OpenAI({ apiKey: penstock.gatewayKey, baseURL: `${penstock.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: penstock.gatewayKey, baseURL: penstock.url, maxRetries: 0 });
});
afterAll(async () => {
  await penstock.stop();
  await vendor.close();
});

const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];

const bodySent = () => vendor.lastRequest().body as Record<string, unknown>;

describe("OpenAI's client", () => {
  test("streams text with usage", async () => {
    const stream = await openai.chat.completions.create({
      model: "llama3.2:latest",
      messages: [{ role: "user", content: "Grüß dich 🦙" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: number | undefined;
    let reason: string | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      reason = chunk.choices[0]?.finish_reason ?? reason;
      usage = chunk.usage?.completion_tokens ?? usage;
    }
    expect([text, reason]).toEqual(["You said: Grüß dich 🦙", "stop"]);
    expect(usage).toBeGreaterThan(0);
    expect(bodySent()).toMatchObject({ stream: true, options: { num_ctx: 16384 } });
  });

  test.each([false, true])("calls a tool and goes on with its result (stream: %p)", async (stream) => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Weather in Paris?" }];
    const ask = async () => {
      const request = { model: "qwen3:8b", messages, tools };
      if (!stream) return (await openai.chat.completions.create(request)).choices[0];
      return (await openai.chat.completions.stream(request).finalChatCompletion()).choices[0];
    };
    const first = await ask();
    expect(first?.finish_reason).toBe("tool_calls");
    const [call] = first?.message.tool_calls ?? [];
    expect(call?.id).toMatch(/^call_/);
    expect(call?.type === "function" && JSON.parse(call.function.arguments)).toHaveProperty("city");
    messages.push(
      {
        role: "assistant",
        content: first?.message.content ?? null,
        tool_calls: first?.message.tool_calls ?? [],
      },
      { role: "tool", tool_call_id: call?.id ?? "", content: "sunny" },
    );
    expect((await ask())?.message.content).toBe("The tool said: sunny");
    expect(bodySent().messages).toMatchObject([{}, {}, { role: "tool", tool_name: "get_weather" }]);
  });

  test("gets JSON of a schema, and stops where told", async () => {
    const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
    const bound = await openai.chat.completions.create({
      model: "llama3.2:latest",
      messages: [{ role: "user", content: "x" }],
      response_format: { type: "json_schema", json_schema: { name: "a", schema, strict: true } },
    });
    expect(JSON.parse(bound.choices[0]?.message.content ?? "")).toHaveProperty("n");
    const cut = await openai.chat.completions.create({
      model: "llama3.2:latest",
      messages: [{ role: "user", content: "a long story" }],
      max_tokens: 2,
    });
    expect(cut.choices[0]?.finish_reason).toBe("length");
  });

  test("sends a picture as bytes", async () => {
    const answer = await openai.chat.completions.create({
      model: "gemma3:4b",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toBe("You said: What is it?[image]");
  });

  test("is told what the vendor refuses, in its own dialect", async () => {
    const refused: unknown = await openai.chat.completions
      .create({ model: "gemma3:4b", messages: [{ role: "user", content: "x" }], tools })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 400,
      message: expect.stringContaining("does not support tools"),
    });
  });

  test("sees an error that comes in the middle of a stream", async () => {
    const begun = {
      model: "m",
      created_at: "2025-07-07T20:22:19Z",
      message: { content: "can" },
      done: false,
    };
    vendor.reply({
      events: [begun, { error: "an error was encountered while running the model" }],
      // What fails before any content has arrived is an answer with a status of its own.
      pace: { cutAt: [JSON.stringify(begun).length + 1], betweenMs: 50 },
    });
    const stream = await openai.chat.completions.create({
      model: "llama3.2:latest",
      messages: [{ role: "user", content: "x" }],
      stream: true,
    });
    let text = "";
    let failure: unknown;
    try {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect(text).toBe("can");
  });
});

test.each([1, 7, 64])("a stream cut every %p bytes is the same", async (chunkBytes) => {
  vendor.reply((request) => ({
    events: [
      { model: "m", created_at: "2025-07-07T20:22:19Z", message: { content: "Grüß " }, done: false },
      { model: "m", created_at: "2025-07-07T20:22:19Z", message: { content: "dich 🦙" }, done: false },
      {
        model: "m",
        message: { content: "" },
        done: true,
        done_reason: "stop",
        eval_count: request.text.length,
      },
    ],
    pace: { chunkBytes },
  }));
  const answer = await anthropic.messages
    .stream({ model: "qwen3:8b", max_tokens: 99, messages: [{ role: "user", content: "x" }] })
    .finalText();
  expect(answer).toBe("Grüß dich 🦙");
});

test("Anthropic's client sees the thinking it asked for, and may switch it off", async () => {
  const ask = (thinking: Anthropic.ThinkingConfigParam) =>
    anthropic.messages.create({
      model: "qwen3:8b",
      max_tokens: 4000,
      thinking,
      messages: [{ role: "user", content: "Hello" }],
    });
  const thought = await ask({ type: "enabled", budget_tokens: 1024 });
  expect(thought.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
  expect(bodySent().think).toBe("medium");
  const plain = await ask({ type: "disabled" });
  expect(plain.content.map(({ type }) => type)).toEqual(["text"]);
  expect(bodySent().think).toBe(false);
});
