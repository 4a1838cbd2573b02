import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI, { AzureOpenAI } from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import type { ResponseStreamParams } from "openai/lib/responses/ResponseStream";
import { z } from "zod";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import { startAzureOpenAiMock, startOpenAiMock } from "../mocks/openai-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { startPenstock, type TestPenstock } from "../penstock.ts";

// Official clients, unchanged, on the Responses surface over every wire, and other surfaces over the Responses wire. The
// mocks are strict: they refuse altered or foreign encrypted reasoning, unpaired calls and unknown fields.

let penstock: TestPenstock;
let vendor: MockVendor;
let azure: MockVendor;
let anthropic: MockVendor;
let compatible: MockVendor;

const wires = [
  { wire: "openai-responses", model: "gpt-5.6-terra", native: true },
  { wire: "openai-responses on Azure, classic", model: "gpt-5.1", native: true },
  { wire: "anthropic-messages", model: "claude-sonnet-4-5", native: false },
  { wire: "openai-chat", model: "deepseek-reasoner", native: false },
  { wire: "in-process", model: "playground-llm", native: false },
] as const;

const weather = {
  type: "function" as const,
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: true,
};

beforeAll(async () => {
  penstock = await startPenstock();
  vendor = startOpenAiMock();
  azure = startAzureOpenAiMock();
  anthropic = startAnthropicMock();
  compatible = startOpenAiChatMock({ dialect: "compatible" });
  await penstock.addProvider({
    name: "openai-prod",
    driver: "openai",
    vendor,
    models: ["gpt-5.6-terra", "gpt-5", "gpt-4o"],
  });
  await penstock.addProvider({
    name: "azure-prod",
    driver: "azure_openai",
    vendor: azure,
    models: ["gpt-5.1"],
    options: { api_version: "2025-04-01-preview" },
  });
  await penstock.addProvider({
    name: "anthropic-prod",
    driver: "anthropic",
    vendor: anthropic,
    models: ["claude-sonnet-4-5"],
  });
  await penstock.addProvider({
    name: "compat",
    driver: "openai_completions",
    vendor: compatible,
    models: ["deepseek-reasoner"],
  });
});

afterAll(async () => {
  await penstock.stop();
  await Promise.all([vendor.close(), azure.close(), anthropic.close(), compatible.close()]);
});

const openai = () =>
  new OpenAI({ baseURL: `${penstock.url}/v1`, apiKey: penstock.gatewayKey, maxRetries: 0 });

type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;

async function ask(params: Params, stream: boolean): Promise<OpenAI.Responses.Response> {
  return stream
    ? await openai()
        .responses.stream(params as ResponseStreamParams)
        .finalResponse()
    : await openai().responses.create(params);
}

/** The client's own types know output items that are no input. */
function asInput({ output }: OpenAI.Responses.Response): OpenAI.Responses.ResponseInputItem[] {
  return output as OpenAI.Responses.ResponseInputItem[];
}

/** Events of one stream, and that they keep the protocol's grammar. */
async function eventsOf(params: Params): Promise<OpenAI.Responses.ResponseStreamEvent[]> {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  for await (const event of await openai().responses.create({ ...params, stream: true })) events.push(event);
  return events;
}

function callIn(response: OpenAI.Responses.Response): OpenAI.Responses.ResponseFunctionToolCall {
  const call = response.output.find((item) => item.type === "function_call");
  if (call === undefined) throw new Error(`no call in ${JSON.stringify(response.output)}`);
  return call;
}

describe.each(wires)("openai SDK on $wire", ({ model, native }) => {
  describe.each([false, true])("stream: %p", (stream) => {
    test("three turns with tools and reasoning, the whole transcript sent each time", async () => {
      const input: OpenAI.Responses.ResponseInputItem[] = [
        { role: "developer", content: "You are terse." },
        { role: "user", content: "What is the weather in Paris?" },
      ];
      const params = {
        model,
        input,
        tools: [weather],
        store: false,
        include: ["reasoning.encrypted_content" as const],
        reasoning: { effort: "low" as const, summary: "auto" as const },
        max_output_tokens: 4000,
      };
      const first = await ask(params, stream);
      expect(first.status).toBe("completed");
      expect(first.usage?.total_tokens).toBeGreaterThan(0);
      const reasoning = first.output.find((item) => item.type === "reasoning");
      if (reasoning === undefined) throw new Error("no reasoning");
      expect(reasoning.summary[0]?.text).toMatch(/./);
      expect(reasoning.encrypted_content).toMatch(/./);
      const call = callIn(first);
      expect(JSON.parse(call.arguments)).toHaveProperty("city");

      input.push(...asInput(first), {
        type: "function_call_output",
        call_id: call.call_id,
        output: "sunny, 21 °C",
      });
      const second = await ask(params, stream);
      expect(second.output_text).toContain("sunny, 21 °C");

      input.push(...asInput(second), { role: "user", content: "Thank you." });
      expect((await ask(params, stream)).status).toBe("completed");
    });

    test("the same by previous_response_id, whether the vendor keeps answers or not", async () => {
      const base = { model, tools: [weather], max_output_tokens: 4000 };
      const first = await ask({ ...base, input: "What is the weather in Paris?" }, stream);
      const second = await ask(
        {
          ...base,
          previous_response_id: first.id,
          input: [{ type: "function_call_output", call_id: callIn(first).call_id, output: "sunny, 21 °C" }],
        },
        stream,
      );
      expect(second.output_text).toContain("sunny, 21 °C");
      expect(second.previous_response_id).toBe(first.id);
      const third = await ask({ model, previous_response_id: second.id, input: "Say it again." }, stream);
      expect(third.status).toBe("completed");
    });
  });

  test("events are numbered, and items keep their ids and places", async () => {
    const events = await eventsOf({
      model,
      input: "What is the weather in Paris?",
      tools: [weather],
      store: false,
      reasoning: { effort: "low", summary: "auto" },
      max_output_tokens: 4000,
    });
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i));
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
    ]);
    const last = events.at(-1);
    if (last?.type !== "response.completed") throw new Error("not completed");
    const ids = new Map<number, string | undefined>();
    for (const event of events) {
      if (!("output_index" in event)) continue;
      const id = "item" in event ? event.item.id : event.item_id;
      ids.set(event.output_index, ids.get(event.output_index) ?? id);
      expect(id).toBe(ids.get(event.output_index));
    }
    expect(last.response.output.map(({ id }) => id)).toEqual([...ids.values()]);
    const deltas = events.flatMap((event) =>
      event.type === "response.function_call_arguments.delta" ? [event.delta] : [],
    );
    expect(deltas.join("")).toBe(callIn(last.response).arguments);
    const summaries = events.flatMap((event) =>
      event.type === "response.reasoning_summary_text.delta" && event.summary_index === 0
        ? [event.delta]
        : [],
    );
    const reasoning = last.response.output.find((item) => item.type === "reasoning");
    expect(summaries.join("")).toBe(reasoning?.summary[0]?.text ?? "");
    expect(summaries.join("")).toMatch(/./);
  });

  test("an answer bound to a schema is parsed by the client", async () => {
    const Place = z.object({ city: z.string(), sunny: z.boolean() });
    const response = await openai().responses.parse({
      model,
      input: "Describe Paris as JSON.",
      text: { format: zodTextFormat(Place, "place") },
      max_output_tokens: 4000,
    });
    expect(Place.parse(response.output_parsed)).toHaveProperty("city");
  });

  test("an answer that was cut is incomplete, and says why", async () => {
    const params = { model, input: "Tell me a long story. ".repeat(20), max_output_tokens: 40, store: false };
    const effort = native ? ({ reasoning: { effort: "none" } } as const) : {};
    for (const stream of [false, true]) {
      const response = await ask({ ...params, ...effort }, stream);
      expect(response.status).toBe("incomplete");
      expect(response.incomplete_details?.reason).toBe("max_output_tokens");
    }
  });

  test("an unknown previous answer is refused as the vendor refuses it", async () => {
    const failure: unknown = await openai()
      .responses.create({ model, input: "hi", previous_response_id: "resp_unknown" })
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ param: "previous_response_id" });
    if (!native) expect(failure).toMatchObject({ code: "previous_response_not_found" });
  });
});

describe("answers kept here", () => {
  const model = "claude-sonnet-4-5";

  test("are given back and deleted by id", async () => {
    const first = await openai().responses.create({ model, input: "Hello" });
    expect(await openai().responses.retrieve(first.id)).toMatchObject({ id: first.id, output: first.output });
    await openai().responses.delete(first.id);
    const gone: unknown = await openai()
      .responses.retrieve(first.id)
      .catch((thrown: unknown) => thrown);
    expect(gone).toBeInstanceOf(OpenAI.NotFoundError);
    expect(gone).toMatchObject({ code: "not_found" });
  });

  test("are not kept when the caller says so", async () => {
    const first = await openai().responses.create({ model, input: "Hello", store: false });
    const again: unknown = await openai()
      .responses.create({ model, input: "Again", previous_response_id: first.id })
      .catch((thrown: unknown) => thrown);
    expect(again).toBeInstanceOf(OpenAI.BadRequestError);
  });

  test("can be meant item by item", async () => {
    const first = await openai().responses.create({ model, input: "Hello" });
    const [item] = first.output;
    if (item?.id === undefined) throw new Error("no item");
    const second = await openai().responses.create({
      model,
      input: [
        { role: "user", content: "Hello" },
        { type: "item_reference", id: item.id },
        { role: "user", content: "And now?" },
      ],
    });
    expect(second.output_text).toContain("And now?");
    expect(JSON.stringify(anthropic.lastRequest().body)).toContain("You said: Hello");
  });

  test("go on at a vendor that keeps its own: what others wrote is left out, with a loss", async () => {
    const first = await openai().responses.create({
      model,
      input: "What is the weather in Oslo?",
      tools: [weather],
      reasoning: { effort: "low", summary: "auto" },
      max_output_tokens: 4000,
    });
    const { data, response } = await openai()
      .responses.create({
        model: "gpt-5.6-terra",
        previous_response_id: first.id,
        input: [{ type: "function_call_output", call_id: callIn(first).call_id, output: "rain" }],
        tools: [weather],
      })
      .withResponse();
    expect(data.output_text).toContain("rain");
    expect(response.headers.get("x-penstock-loss")).toContain("thinking;action=dropped");
    expect(vendor.lastRequest().body).toMatchObject({ store: false });
  });
});

test("C064: another vendor's reasoning in a transcript is taken out before OpenAI sees it", async () => {
  const input: OpenAI.Responses.ResponseInputItem[] = [
    { role: "user", content: "What is the weather in Rome?" },
  ];
  const base = { tools: [weather], store: false, max_output_tokens: 4000 };
  const first = await openai().responses.create({
    ...base,
    model: "claude-sonnet-4-5",
    input,
    reasoning: { effort: "low" },
  });
  input.push(...asInput(first), {
    type: "function_call_output",
    call_id: callIn(first).call_id,
    output: "hot",
  });
  const second = await openai().responses.create({ ...base, model: "gpt-5.6-terra", input });
  expect(second.output_text).toContain("hot");
  expect(vendor.lastRequest().text).not.toContain("penstock.");
});

describe("other surfaces on the Responses wire", () => {
  const model = "gpt-5.6-terra";

  test.each([false, true])(
    "C050: encrypted reasoning survives a Messages client (stream: %p)",
    async (stream) => {
      const client = new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });
      const messages: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
      const tools = [
        { name: weather.name, input_schema: { ...weather.parameters, type: "object" as const } },
      ];
      const params = { model, max_tokens: 4000, messages, tools, output_config: { effort: "low" as const } };
      const turn = async () => {
        const message = stream
          ? await client.messages.stream(params).finalMessage()
          : await client.messages.create(params);
        messages.push({ role: "assistant", content: message.content });
        return message;
      };
      const first = await turn();
      expect(first.stop_reason).toBe("tool_use");
      expect(first.content.map(({ type }) => type)).toEqual(["redacted_thinking", "tool_use"]);
      // C101: cache reads are counted once.
      expect(first.usage.cache_read_input_tokens).toBe(2);
      const call = first.content.find((block) => block.type === "tool_use");
      messages.push({
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "sunny, 21 °C" }],
      });
      const second = await turn();
      expect(second.stop_reason).toBe("end_turn");
      const { input } = vendor.lastRequest().body as { input: Record<string, unknown>[] };
      const replayed = input.find(({ type }) => type === "reasoning");
      expect(replayed).toMatchObject({
        id: expect.stringMatching(/^rs_/),
        encrypted_content: expect.stringMatching(/^gAAAAA/),
      });
    },
  );

  test.each([false, true])(
    "and a Chat client, which sends reasoning_details back (stream: %p)",
    async (stream) => {
      const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
        { role: "user", content: "What is the weather in Paris?" },
      ];
      const { type: _, ...fn } = weather;
      const params = {
        model,
        messages,
        tools: [{ type: "function" as const, function: fn }],
        reasoning_effort: "low" as const,
      };
      const turn = async () => {
        const { choices } = stream
          ? await openai().chat.completions.stream(params).finalChatCompletion()
          : await openai().chat.completions.create(params);
        const [choice] = choices;
        if (choice === undefined) throw new Error("no choice");
        messages.push(choice.message);
        return choice;
      };
      const first = await turn();
      expect(first.finish_reason).toBe("tool_calls");
      const { reasoning_details: details } = structuredClone(first.message) as unknown as {
        reasoning_details: Record<string, string>[];
      };
      expect(details[0]).toMatchObject({ type: "reasoning.encrypted", format: "openai-responses-v1" });
      expect(details[0]?.id).toMatch(/^rs_/);
      const call = first.message.tool_calls?.[0];
      messages.push({ role: "tool", tool_call_id: call?.id ?? "", content: "sunny, 21 °C" });
      const second = await turn();
      expect(second.message.content).toContain("sunny, 21 °C");
      const body = vendor.lastRequest().body as { input: Record<string, unknown>[]; store: boolean };
      expect(body.store).toBe(false);
      expect(body.input.map(({ type, role }) => type ?? role)).toEqual([
        "user",
        "reasoning",
        "function_call",
        "function_call_output",
      ]);
      expect(body.input[1]).toMatchObject({ id: details[0]?.id, encrypted_content: details[0]?.data });
    },
  );

  test("a Chat client of a model that does not reason is passed through", async () => {
    await openai().chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "hi" }] });
    expect(vendor.lastRequest().path).toBe("/v1/chat/completions");
  });
});

test("a Messages client may move from GPT to Claude: encrypted reasoning is taken out, with a loss", async () => {
  const client = new Anthropic({ baseURL: penstock.url, apiKey: penstock.gatewayKey, maxRetries: 0 });
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: "What is the weather in Paris?" }];
  const tools = [{ name: weather.name, input_schema: { ...weather.parameters, type: "object" as const } }];
  const base = { max_tokens: 4000, messages, tools };
  const first = await client.messages.create({ ...base, model: "gpt-5.6-terra" });
  expect(first.content[0]?.type).toBe("redacted_thinking");
  const call = first.content.find((block) => block.type === "tool_use");
  messages.push(
    { role: "assistant", content: first.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "sunny" }] },
  );
  const { data, response } = await client.messages
    .create({ ...base, model: "claude-sonnet-4-5" })
    .withResponse();
  expect(data.stop_reason).toBe("end_turn");
  expect(response.headers.get("x-penstock-loss")).toContain("action=dropped");
  expect(anthropic.lastRequest().text).not.toContain("penstock.");
});

test("the Azure class of the official client speaks to the same surface", async () => {
  const client = new AzureOpenAI({
    endpoint: penstock.url,
    apiKey: penstock.gatewayKey,
    apiVersion: "2025-04-01-preview",
    maxRetries: 0,
  });
  const response = await client.responses.create({ model: "gpt-5.1", input: "Hello", store: false });
  expect(response.output_text).toContain("You said: Hello");
  const chat = await client.chat.completions.create({
    model: "gpt-5.1",
    messages: [{ role: "user", content: "Hello" }],
  });
  expect(chat.choices[0]?.message.content).toContain("You said: Hello");
});

describe("failures of the vendor", () => {
  test("a quota error inside HTTP 200 is a 429 of its own", async () => {
    for (const model of ["gpt-5", "gpt-5"]) {
      vendor.reply({ recording: "openai/responses/openai-error.1.chunks.txt" });
      const failure: unknown = await eventsOf({ model, input: "hi" }).catch((thrown: unknown) => thrown);
      expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
      expect(failure).toMatchObject({ code: "insufficient_quota" });
    }
  });

  test("C013: what fails after it began is an error event, told in the client's dialect", async () => {
    const begun = [
      { type: "response.created", response: { id: "resp_1", status: "in_progress", model: "m" } },
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { id: "msg_1", type: "message", content: [] },
      },
      {
        type: "response.output_text.delta",
        output_index: 0,
        content_index: 0,
        item_id: "msg_1",
        delta: "Hel",
      },
      {
        type: "response.failed",
        response: {
          id: "resp_1",
          status: "failed",
          error: { code: "server_error", message: "secret detail" },
          usage: { input_tokens: 7, output_tokens: 1 },
        },
      },
    ];
    vendor.reply({ events: begun, pace: { chunkBytes: 120 } });
    const relayed = await eventsOf({ model: "gpt-5", input: "hi" }).catch((thrown: unknown) => thrown);
    expect(relayed).toBeInstanceOf(OpenAI.APIError);
    expect(String(relayed)).not.toContain("secret detail");

    vendor.reply({ events: begun, pace: { chunkBytes: 120 } });
    const response = await penstock.post("/v1/messages", {
      model: "gpt-5",
      max_tokens: 100,
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    });
    const text = await response.text();
    expect(text).toContain("event: error");
    expect(text).not.toContain("message_stop");
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row).toMatchObject({ outcome: "failed", usage: { input: 7, output: 1 } });
  });

  test("C103: an incomplete answer is billed", async () => {
    const response = await penstock.post("/v1/responses", {
      model: "gpt-5.6-terra",
      input: "Tell me a long story. ".repeat(20),
      max_output_tokens: 40,
      reasoning: { effort: "none" },
      stream: true,
    });
    expect(await response.text()).toContain("event: response.incomplete");
    const row = await penstock.ledgerRow(response.headers.get("x-penstock-request-id") ?? "");
    expect(row.outcome).toBe("completed");
    expect((row.usage as { output: number }).output).toBeGreaterThan(0);
  });
});
