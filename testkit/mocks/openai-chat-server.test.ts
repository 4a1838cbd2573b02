import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { startOpenAiChatMock } from "./openai-chat-server.ts";
import type { MockVendor } from "./shared/mock-server.ts";

let mock: MockVendor;
let client: OpenAI;
beforeAll(() => {
  mock = startOpenAiChatMock();
  client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: mock.apiKey, maxRetries: 0 });
});
afterAll(() => mock.close());

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

async function post(
  body: unknown,
  target = mock,
): Promise<{ status: number; error: Record<string, unknown> }> {
  const response = await fetch(`${target.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${target.apiKey}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const json = (await response.json()) as { error?: Record<string, unknown> };
  return { status: response.status, error: json.error ?? {} };
}

const user = { role: "user", content: "Hello" };
const valid = { model: "gpt-4o", messages: [user] };

describe("the official client, straight at the mock", () => {
  test("holds a conversation with a tool call", async () => {
    const first = await client.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: "Weather in Paris?" }],
      tools: [weather],
    });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call?.type === "function" && call.function).toEqual({
      name: "get_weather",
      arguments: '{"city":"city"}',
    });
    const second = await client.chat.completions.create({
      model: "gpt-4o",
      messages: [
        { role: "user", content: "Weather in Paris?" },
        { role: "assistant", content: null, tool_calls: message?.tool_calls ?? [] },
        { role: "tool", tool_call_id: call?.id ?? "", content: "sunny" },
      ],
      tools: [weather],
    });
    expect(second.choices[0]?.message.content).toBe("The tool said: sunny");
  });

  test("streams the same answer, with usage when asked", async () => {
    const body = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hello there" }] };
    const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe("You said: Hello there");
    expect(final.usage?.total_tokens).toBeGreaterThan(0);
    expect((await client.chat.completions.create(body)).choices[0]?.message.content).toBe(
      "You said: Hello there",
    );
  });

  test("streams tool calls that the client's own helper puts together", async () => {
    const stream = client.chat.completions.stream({
      ...valid,
      messages: [{ role: "user", content: "x" }],
      tools: [weather],
    });
    const call = (await stream.finalChatCompletion()).choices[0]?.message.tool_calls?.[0];
    expect(call?.type === "function" && call.function.arguments).toBe('{"city":"city"}');
  });

  test("takes back the turn that the client's streaming helper has made", async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Weather?" }];
    const body = { model: "gpt-4o", messages, tools: [weather] };
    const turn = (await client.chat.completions.stream(body).finalChatCompletion()).choices[0]?.message;
    if (turn === undefined) throw new Error("the mock gave no choice");
    messages.push(turn, { role: "tool", tool_call_id: turn.tool_calls?.[0]?.id ?? "", content: "sunny" });
    expect((await client.chat.completions.create(body)).choices[0]?.finish_reason).toBe("stop");
  });

  test("lists models", async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toContain("gpt-4o");
    expect((await client.models.retrieve("o3")).id).toBe("o3");
  });
});

describe("what the vendor refuses, the mock refuses", () => {
  test.each([
    ["an unknown field", { ...valid, surprise: 1 }, "unknown_parameter", "surprise"],
    ["a field of another type", { ...valid, temperature: "hot" }, "invalid_value", "temperature"],
    ["no messages", { model: "gpt-4o" }, "missing_required_parameter", "messages"],
    [
      "an unknown key in a part",
      { ...valid, messages: [{ role: "user", content: [{ type: "text", text: "x", cache_control: {} }] }] },
      "unknown_parameter",
      "messages[0].content[0].cache_control",
    ],
    [
      "both limits",
      { ...valid, max_tokens: 5, max_completion_tokens: 5 },
      "invalid_parameter_combination",
      null,
    ],
    [
      "max_tokens on a reasoning model",
      { ...valid, model: "o3", max_tokens: 5 },
      "unsupported_parameter",
      "max_tokens",
    ],
    ["stop on a reasoning model", { ...valid, model: "o3", stop: "x" }, "unsupported_parameter", "stop"],
    [
      "an effort on a plain model",
      { ...valid, reasoning_effort: "low" },
      "unsupported_parameter",
      "reasoning_effort",
    ],
    [
      "an effort the model lacks",
      { ...valid, model: "o3", reasoning_effort: "none" },
      "unsupported_value",
      "reasoning_effort",
    ],
    [
      "a temperature while reasoning",
      { ...valid, model: "gpt-5", temperature: 0.5 },
      "unsupported_value",
      "temperature",
    ],
    [
      "tools while reasoning",
      { ...valid, model: "gpt-5.6-terra", tools: [weather] },
      null,
      "reasoning_effort",
    ],
    ["no tools in tools", { ...valid, tools: [] }, "invalid_value", "tools"],
    ["a choice without tools", { ...valid, tool_choice: "auto" }, null, "tool_choice"],
    ["stream options without a stream", { ...valid, stream_options: {} }, null, "stream_options"],
    ["JSON mode without the word", { ...valid, response_format: { type: "json_object" } }, null, "messages"],
    [
      "an open strict schema",
      { ...valid, tools: [{ type: "function", function: { ...weather.function, strict: true } }] },
      "invalid_json_schema",
      null,
    ],
    [
      "a call without its result",
      { ...valid, messages: [user, assistantCalls("a"), user] },
      null,
      "messages.[2].role",
    ],
    [
      "a result without its call",
      { ...valid, messages: [user, { role: "tool", tool_call_id: "b", content: "x" }] },
      null,
      "messages.[1].role",
    ],
    [
      "an empty assistant turn",
      { ...valid, messages: [user, { role: "assistant", content: null }] },
      null,
      "messages.[1].content",
    ],
    [
      "reasoning in an assistant turn",
      { ...valid, messages: [user, { role: "assistant", content: "x", reasoning_content: "y" }, user] },
      "unknown_parameter",
      "messages[1].reasoning_content",
    ],
  ])("%s", async (_, body, code, param) => {
    const refused = await post(body);
    expect(refused.status).toBe(400);
    expect(refused.error).toMatchObject({ type: "invalid_request_error", code, param });
  });

  test("an unknown model is 404, a wrong key 401, no JSON 400", async () => {
    expect(await post({ ...valid, model: "gpt-nope" })).toMatchObject({
      status: 404,
      error: { code: "model_not_found" },
    });
    expect(await post("{")).toMatchObject({ status: 400, error: { code: "invalid_json" } });
    const stranger = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: "sk-wrong", maxRetries: 0 });
    const refused: unknown = await stranger.models.list().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 401, code: "invalid_api_key" });
  });

  test("a compatible server shows its reasoning, takes it back, and knows no developer role", async () => {
    await using compatible = startOpenAiChatMock({ dialect: "compatible", auth: "none" });
    const body = { model: "deepseek-reasoner", messages: [user] };
    const response = await fetch(`${compatible.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json = (await response.json()) as { choices: { message: { reasoning_content: string } }[] };
    expect(json.choices[0]?.message.reasoning_content).toBe("Thinking about: Hello");
    const replayed = {
      ...body,
      messages: [user, { role: "assistant", content: "x", reasoning_content: "y" }, user],
    };
    expect((await post(replayed, compatible)).status).toBe(200);
    const developer = { ...body, messages: [{ role: "developer", content: "x" }, user] };
    expect((await post(developer, compatible)).status).toBe(400);
  });
});

function assistantCalls(id: string) {
  return {
    role: "assistant",
    tool_calls: [{ id, type: "function", function: { name: "get_weather", arguments: "{}" } }],
  };
}
