import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Official clients, unchanged, hold a conversation of several turns with tools and thinking, on every pair of surface
// and wire. The mocks are strict: they refuse altered signatures, unpaired tool calls and unknown fields.

let penstock: TestPenstock;
let anthropicVendor: MockVendor;
let chatVendor: MockVendor;
let compatibleVendor: MockVendor;

const wires = [
  {
    wire: "openai-chat, a compatible server",
    model: "deepseek-reasoner",
    showsReasoning: true,
    strictEcho: true,
  },
  { wire: "openai-chat, the vendor", model: "gpt-5", showsReasoning: false, strictEcho: false },
  { wire: "anthropic-messages", model: "claude-sonnet-4-5", showsReasoning: true, strictEcho: false },
  { wire: "anthropic-messages, adaptive", model: "claude-opus-4-6", showsReasoning: true, strictEcho: false },
  { wire: "in-process", model: "playground-llm", showsReasoning: true, strictEcho: false },
] as const;

const weather = {
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string", description: "City name" } },
    required: ["city"],
  },
} as const;

beforeAll(async () => {
  penstock = await startPenstock();
  anthropicVendor = startAnthropicMock();
  chatVendor = startOpenAiChatMock();
  compatibleVendor = startOpenAiChatMock({ dialect: "compatible" });
  await penstock.addProvider({
    name: "anthropic-prod",
    driver: "anthropic",
    vendor: anthropicVendor,
    models: ["claude-sonnet-4-5", "claude-opus-4-6"],
  });
  await penstock.addProvider({
    name: "compat",
    driver: "openai_completions",
    vendor: compatibleVendor,
    models: ["deepseek-reasoner", "llama-3.3-70b"],
    // An older server, which refuses the newer name; clients send either.
    options: { max_tokens_field: "max_tokens" },
  });
  await penstock.addProvider({
    name: "vendor",
    driver: "openai_completions",
    vendor: chatVendor,
    models: ["gpt-5"],
    options: { max_tokens_field: "max_completion_tokens", developer_role: true, reasoning_field: "none" },
  });
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([anthropicVendor.close(), chatVendor.close(), compatibleVendor.close()]);
});

describe.each(wires)("openai SDK on $wire", ({ model, showsReasoning, strictEcho }) => {
  const client = () =>
    new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
  const tools = [{ type: "function" as const, function: weather }];

  test.each([false, true])("tools and thinking over three turns (stream: %p)", async (stream) => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      { role: "system", content: "You are terse." },
      { role: "user", content: "What is the weather in Paris?" },
    ];
    const ask = async () => {
      const params = {
        model,
        messages,
        tools,
        reasoning_effort: "low" as const,
        max_completion_tokens: 4000,
      };
      const completion = stream
        ? await client()
            .chat.completions.stream({ ...params, stream_options: { include_usage: true } })
            .finalChatCompletion()
        : await client().chat.completions.create(params);
      expect(completion.usage?.total_tokens).toBeGreaterThan(0);
      const choice = completion.choices[0];
      if (choice === undefined) throw new Error("no choice");
      messages.push(strictEcho ? withoutHelperFields(choice.message) : choice.message);
      return choice;
    };

    const first = await ask();
    expect(first.finish_reason).toBe("tool_calls");
    const call = first.message.tool_calls?.[0];
    if (call?.type !== "function") throw new Error("no function call");
    expect(call.function.name).toBe("get_weather");
    expect(JSON.parse(call.function.arguments)).toHaveProperty("city");
    if (showsReasoning) expect(first.message).toHaveProperty("reasoning_content");
    expect(first.message.content ?? "").not.toContain("Thinking");

    messages.push({ role: "tool", tool_call_id: call.id, content: "sunny, 21 °C" });
    const second = await ask();
    expect(second.finish_reason).toBe("stop");
    expect(second.message.content).toContain("sunny, 21 °C");

    messages.push({ role: "user", content: "Thank you. Call nothing more." });
    const third = await ask();
    expect(["stop", "tool_calls"]).toContain(third.finish_reason);
  });
});

describe.each(wires)("Anthropic SDK on $wire", ({ model, showsReasoning }) => {
  const client = () => new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });
  const tools = [{ name: weather.name, description: weather.description, input_schema: weather.parameters }];

  test.each([false, true])("tools and thinking over three turns (stream: %p)", async (stream) => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
    const ask = async () => {
      const params = {
        model,
        max_tokens: 4000,
        system: "You are terse.",
        messages,
        tools: tools as unknown as Anthropic.Tool[],
        thinking:
          model === "claude-opus-4-6"
            ? { type: "adaptive" as const }
            : { type: "enabled" as const, budget_tokens: 1024 },
      };
      const message = stream
        ? await client().messages.stream(params).finalMessage()
        : await client().messages.create(params);
      expect(message.usage.output_tokens).toBeGreaterThan(0);
      messages.push({ role: "assistant", content: message.content });
      return message;
    };

    const first = await ask();
    expect(first.stop_reason).toBe("tool_use");
    if (showsReasoning) expect(first.content[0]?.type).toBe("thinking");
    const call = first.content.find((block) => block.type === "tool_use");
    if (call === undefined) throw new Error("no tool call");
    expect(call.input).toHaveProperty("city");

    messages.push({
      role: "user",
      content: [{ type: "tool_result", tool_use_id: call.id, content: "sunny, 21 °C" }],
    });
    const second = await ask();
    expect(second.stop_reason).toBe("end_turn");
    expect(second.content.map((block) => (block.type === "text" ? block.text : "")).join("")).toContain(
      "sunny, 21 °C",
    );

    messages.push({ role: "user", content: "Thank you. Call nothing more." });
    const third = await ask();
    expect(["end_turn", "tool_use"]).toContain(third.stop_reason ?? "");
  });
});

/** The streaming helper adds `parsed…` to what it gathers; only the vendor itself takes that back. */
function withoutHelperFields<T>(message: T): T {
  return JSON.parse(JSON.stringify(message, (key, value) => (key.startsWith("parsed") ? undefined : value)));
}

test.each([false, true])(
  "thinking signed by Anthropic survives a Chat client's next turn to the byte (stream: %p)",
  async (stream) => {
    const client = new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      { role: "user", content: "Weather in Oslo?" },
    ];
    const params = {
      model: "claude-sonnet-4-5",
      messages,
      tools: [{ type: "function" as const, function: weather }],
      reasoning_effort: "low" as const,
    };
    const { choices } = stream
      ? await client.chat.completions.stream(params).finalChatCompletion()
      : await client.chat.completions.create(params);
    const message = choices[0]?.message;
    if (message?.tool_calls?.[0] === undefined) throw new Error("no tool call");
    messages.push(message, { role: "tool", tool_call_id: message.tool_calls[0].id, content: "rain" });
    await client.chat.completions.create(params);
    const { body } = anthropicVendor.lastRequest() as {
      body: { messages: { role: string; content: unknown[] }[] };
    };
    const replayed = body.messages.find(({ role }) => role === "assistant")?.content;
    expect(replayed?.[0]).toMatchObject({
      type: "thinking",
      thinking: expect.stringMatching(/./),
      signature: expect.stringMatching(/./),
    });
    expect(replayed?.at(-1)).toMatchObject({ type: "tool_use" });
  },
);

test("a client that did not ask for usage gets no usage chunk, and the ledger has it all the same", async () => {
  for (const model of ["llama-3.3-70b", "claude-sonnet-4-5", "playground-llm"]) {
    const response = await penstock.post("/v1/chat/completions", {
      model,
      stream: true,
      messages: [{ role: "user", content: "Hello" }],
    });
    const text = await response.text();
    expect(text).not.toContain('"choices":[]');
    expect(text.trimEnd()).toEndWith("data: [DONE]");
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row.outcome).toBe("completed");
    expect(JSON.stringify(row.usage)).not.toContain('"output":0,');
  }
});
