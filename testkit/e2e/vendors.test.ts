import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type Anthropic from "@anthropic-ai/sdk";
import type OpenAI from "openai";
import { cloudflareAccount, startCloudflareMock } from "../mocks/cloudflare-server.ts";
import { startFireworksMock } from "../mocks/fireworks-server.ts";
import { startMetaMock } from "../mocks/meta-server.ts";
import { startMistralMock } from "../mocks/mistral-server.ts";
import { startOpenRouterMock } from "../mocks/openrouter-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startVercelMock } from "../mocks/vercel-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";
import { anthropicClient, openAiClient } from "./official-clients.ts";

// The same agent, unchanged, on every vendor: official clients of both surfaces against strict servers of the vendors.

interface Vendor {
  readonly driver: string;
  readonly start: () => MockVendor;
  readonly model: string;
  /** False: the vendor does not show what it thinks. */
  readonly thinks?: false;
  readonly path?: string;
}

const vendors: readonly Vendor[] = [
  { driver: "mistral", start: startMistralMock, model: "mistral-medium-3-5" },
  { driver: "openrouter", start: startOpenRouterMock, model: "anthropic/claude-opus-5" },
  { driver: "fireworks", start: startFireworksMock, model: "accounts/fireworks/models/glm-5p2" },
  { driver: "vercel", start: startVercelMock, model: "anthropic/claude-opus-5" },
  {
    driver: "cloudflare",
    start: startCloudflareMock,
    model: "@cf/openai/gpt-oss-120b",
    path: `/client/v4/accounts/${cloudflareAccount}`,
  },
  // Its Chat Completions show no reasoning; by Messages it goes encrypted.
  { driver: "meta", start: startMetaMock, model: "muse-spark-1.1", thinks: false },
];

let penstock: TestPenstock;
const mocks = new Map<string, MockVendor>();

beforeAll(async () => {
  penstock = await startPenstock();
  for (const { driver, start, model, path = "" } of vendors) {
    const mock = start();
    mocks.set(driver, mock);
    const vendor = { url: mock.url + path, apiKey: mock.apiKey };
    await penstock.addProvider({ name: driver, driver, vendor, models: [model] });
  }
});
afterAll(async () => {
  await penstock.stop();
  await Promise.all([...mocks.values()].map((mock) => mock.close()));
});

const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] } as const;
const schema = { ...parameters, additionalProperties: false } as const;
const weather = { name: "get_weather", description: "The weather of a city." };
const system = "You are of few words.";

describe.each(vendors)("$driver by the official openai client", ({ driver, model }) => {
  const chat = () => openAiClient(penstock).chat.completions;
  const name = `${driver}/${model}`;
  const ask = [
    { role: "system" as const, content: system },
    { role: "user" as const, content: "Say hello." },
  ];

  test("an answer, whole and streamed, with its usage", async () => {
    const whole = await chat().create({ model: name, messages: ask, max_tokens: 200, temperature: 0.5 });
    expect(whole.choices[0]?.message.content).toBe("You said: Say hello.");
    expect(whole.usage?.prompt_tokens).toBeGreaterThan(0);
    const stream = await chat().create({
      model: name,
      messages: ask,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let finish: string | undefined;
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    expect([text, finish]).toEqual(["You said: Say hello.", "stop"]);
    expect(usage?.total_tokens).toBeGreaterThan(0);
  });

  test("a tool is called and its result understood", async () => {
    const tools = [{ type: "function" as const, function: { ...weather, parameters } }];
    const first = await chat().create({ model: name, messages: ask, tools });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call?.type !== "function") throw new Error("no tool was called");
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    expect(JSON.parse(call.function.arguments)).toEqual({ city: "city" });
    const result = { role: "tool" as const, tool_call_id: call.id, content: "sunny" };
    const second = await chat().create({ model: name, messages: [...ask, message, result], tools });
    expect(second.choices[0]?.message.content).toBe("The tool said: sunny");
  });

  test("a tool call put together from a stream, answered under another vendor's id", async () => {
    const tools = [{ type: "function" as const, function: { ...weather, parameters } }];
    const stream = chat().stream({ model: name, messages: ask, tools });
    const { choices } = await stream.finalChatCompletion();
    const call = choices[0]?.message.tool_calls?.[0];
    expect(call?.function.name).toBe("get_weather");
    const id = "toolu_01RrYdiUtaMAXkbjwh5Ae6C";
    const carried = { id, type: "function" as const, function: { name: "get_weather", arguments: "{}" } };
    const turn = { role: "assistant" as const, content: null, tool_calls: [carried] };
    const result = { role: "tool" as const, tool_call_id: id, content: "rainy" };
    const next = await chat().create({ model: name, messages: [...ask, turn, result], tools });
    expect(next.choices[0]?.message.content).toBe("The tool said: rainy");
  });

  test("an answer in the form of a schema", async () => {
    const answer = await chat().create({
      model: name,
      messages: ask,
      response_format: { type: "json_schema", json_schema: { name: "place", schema, strict: true } },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toEqual({ city: "city" });
  });
});

const showing = vendors.filter(({ thinks }) => thinks !== false);

test.each(showing)(
  "$driver shows the openai client its reasoning as text beside the content",
  async ({ driver, model }) => {
    const stream = await openAiClient(penstock).chat.completions.create({
      model: `${driver}/${model}`,
      messages: [{ role: "user", content: "Say hello." }],
      reasoning_effort: "high",
      stream: true,
    });
    let thought = "";
    let text = "";
    for await (const chunk of stream) {
      const delta: { reasoning_content?: string; reasoning?: string; content?: string | null } =
        chunk.choices[0]?.delta ?? {};
      thought += delta.reasoning_content ?? delta.reasoning ?? "";
      text += delta.content ?? "";
    }
    expect([thought, text]).toEqual(["Thinking about: Say hello.", "You said: Say hello."]);
  },
);

describe.each(vendors)("$driver by the official Anthropic client", ({ driver, model, thinks }) => {
  const messages = () => anthropicClient(penstock).messages;
  const base = { model: `${driver}/${model}`, max_tokens: 2000, system };
  const ask = { role: "user" as const, content: "Say hello." };
  const tools: Anthropic.Tool[] = [{ ...weather, input_schema: { ...parameters, required: ["city"] } }];

  test("a streamed answer with its usage", async () => {
    const answer = await messages()
      .stream({ ...base, messages: [ask] })
      .finalMessage();
    expect(answer.content.flatMap((block) => (block.type === "text" ? [block.text] : []))).toEqual([
      "You said: Say hello.",
    ]);
    expect(answer.stop_reason).toBe("end_turn");
    expect(answer.usage.output_tokens).toBeGreaterThan(0);
  });

  test("thinking, a tool and its result over two turns", async () => {
    const thinking = { type: "enabled", budget_tokens: 1500 } as const;
    const first = await messages()
      .stream({ ...base, messages: [ask], tools, thinking })
      .finalMessage();
    const call = first.content.find((block) => block.type === "tool_use");
    expect(first.stop_reason).toBe("tool_use");
    expect(call).toMatchObject({ name: "get_weather", input: { city: "city" } });
    const thought = first.content.find((block) => block.type === "thinking");
    if (thinks !== false) expect(thought?.thinking).toBe("Thinking about: Say hello.");
    const result = { type: "tool_result" as const, tool_use_id: call?.id ?? "", content: "sunny" };
    const second = await messages().create({
      ...base,
      messages: [ask, { role: "assistant", content: first.content }, { role: "user", content: [result] }],
      tools,
      thinking,
    });
    expect(second.content.at(-1)).toMatchObject({ type: "text", text: "The tool said: sunny" });
  });

  test("an answer in the form of a schema", async () => {
    const answer = await messages().create({
      ...base,
      messages: [ask],
      output_config: { format: { type: "json_schema", schema } },
    });
    const text = answer.content.find((block) => block.type === "text");
    expect(JSON.parse(text?.text ?? "")).toEqual({ city: "city" });
  });
});
