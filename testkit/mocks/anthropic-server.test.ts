import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import { startAnthropicMock } from "./anthropic-server.ts";
import type { MockVendor } from "./shared/mock-server.ts";

let mock: MockVendor;
let client: Anthropic;
beforeAll(() => {
  mock = startAnthropicMock();
  client = new Anthropic({ baseURL: mock.url, apiKey: mock.apiKey, maxRetries: 0 });
});
afterAll(() => mock.close());

const weather = {
  name: "get_weather",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] },
};
const budgeted = {
  model: "claude-sonnet-4-5",
  max_tokens: 4096,
  thinking: { type: "enabled" as const, budget_tokens: 1024 },
  tools: [weather],
};

async function post(
  body: unknown,
  { path = "/v1/messages", headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; type: string; message: string }> {
  const response = await fetch(mock.url + path, {
    method: "POST",
    headers: {
      "x-api-key": mock.apiKey,
      "anthropic-version": "2023-06-01",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as { error?: { type: string; message: string } };
  return { status: response.status, type: json.error?.type ?? "", message: json.error?.message ?? "" };
}

const user = { role: "user", content: "Hello" };
const valid = { model: "claude-sonnet-4-5", max_tokens: 100, messages: [user] };
const newest = { model: "claude-opus-5-5", max_tokens: 100, messages: [user] };
const use = (id: string) => ({ type: "tool_use", id, name: "get_weather", input: {} });
const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "sunny" });
const tools = [weather];

describe("the official client, straight at the mock", () => {
  test.each(["claude-sonnet-4-5", "claude-opus-5-5"])(
    "holds a conversation with thinking and a tool on %s",
    async (model) => {
      const thinking = model === "claude-opus-5-5" ? { type: "adaptive" as const } : budgeted.thinking;
      const request = { ...budgeted, model, thinking };
      const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Weather?" }];
      const first = await client.messages.create({ ...request, messages });
      expect(first.content.map(({ type }) => type)).toEqual(["thinking", "tool_use"]);
      expect(first.stop_reason).toBe("tool_use");
      const call = first.content.find((block) => block.type === "tool_use");
      messages.push({ role: "assistant", content: first.content });
      messages.push({
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "sunny" }],
      });
      const second = await client.messages.stream({ ...request, messages }).finalMessage();
      expect(second.content.at(-1)).toMatchObject({ type: "text", text: "The tool said: sunny" });
      expect(second.usage.output_tokens).toBeGreaterThan(0);
    },
  );

  test("streams what it says at once", async () => {
    const body = { ...budgeted, messages: [{ role: "user" as const, content: "Weather?" }] };
    const streamed = await client.messages.stream(body).finalMessage();
    const whole = await client.messages.create(body);
    // The client adds a parsed form to texts; the blocks of the wire are the same.
    expect(JSON.parse(JSON.stringify(streamed.content.map(({ type }) => type)))).toEqual(
      whole.content.map(({ type }) => type),
    );
    expect(streamed.content.find(({ type }) => type === "tool_use")).toMatchObject({
      input: { city: "city" },
    });
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
  });

  test("omits the text of thinking on models that do, and takes the signature back", async () => {
    const first = await client.messages.create({ ...newest, messages: [{ role: "user", content: "Hi" }] });
    const thinking = first.content[0];
    expect(thinking).toMatchObject({ type: "thinking", thinking: "" });
    const second = await client.messages.create({
      ...newest,
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: first.content },
        { role: "user", content: "And?" },
      ],
    });
    expect(second.stop_reason).toBe("end_turn");
  });

  test("counts tokens and pages through models", async () => {
    const counted = await client.messages.countTokens({
      model: "claude-opus-5-5",
      messages: [{ role: "user", content: "Hi" }],
    });
    expect(counted.input_tokens).toBeGreaterThan(0);
    const ids: string[] = [];
    for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
    expect(ids).toHaveLength(8);
    expect(new Set(ids).size).toBe(8);
  });

  test("reads from the cache what it wrote before", async () => {
    const body = {
      model: "claude-sonnet-4-5",
      max_tokens: 50,
      system: [
        {
          type: "text" as const,
          text: "Long instructions. ".repeat(300),
          cache_control: { type: "ephemeral" as const },
        },
      ],
    };
    const ask = (content: string) =>
      client.messages.create({ ...body, messages: [{ role: "user", content }] });
    const [first, second] = [await ask("one"), await ask("two")];
    expect(first.usage.cache_read_input_tokens).toBe(0);
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1000);
    expect(second.usage.cache_creation_input_tokens).toBe(0);
    expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens);
  });
});

describe("what the vendor refuses, the mock refuses", () => {
  test.each<[string, unknown, RegExp]>([
    ["an unknown field", { ...valid, seed: 1 }, /^seed: Extra inputs are not permitted$/],
    ["no max_tokens", { model: valid.model, messages: [user] }, /^max_tokens: Field required$/],
    ["a temperature above 1", { ...valid, temperature: 1.5 }, /^temperature: /],
    ["more than the ceiling", { ...valid, max_tokens: 64_001 }, /maximum allowed number of output tokens/],
    [
      "a system message in messages",
      { ...valid, messages: [user, { role: "system", content: "x" }, user] },
      /Unexpected role "system"/,
    ],
    [
      "an assistant first",
      { ...valid, messages: [{ role: "assistant", content: "x" }] },
      /first message must use the "user" role/,
    ],
    [
      "an empty text",
      { ...valid, messages: [{ role: "user", content: [{ type: "text", text: "" }] }] },
      /must be non-empty/,
    ],
    [
      "an unanswered call",
      { ...valid, tools, messages: [user, { role: "assistant", content: [use("a")] }, user] },
      /without `tool_result` blocks immediately after: a/,
    ],
    [
      "an orphan result",
      { ...valid, tools, messages: [{ role: "user", content: [result("a")] }] },
      /unexpected `tool_use_id`/,
    ],
    [
      "a result behind a text",
      {
        ...valid,
        tools,
        messages: [
          user,
          { role: "assistant", content: [use("a")] },
          { role: "user", content: [{ type: "text", text: "x" }, result("a")] },
        ],
      },
      /must come before any other content/,
    ],
    [
      "equal ids",
      {
        ...valid,
        tools,
        messages: [
          user,
          { role: "assistant", content: [use("a"), use("a")] },
          { role: "user", content: [result("a"), result("a")] },
        ],
      },
      /ids must be unique/,
    ],
    [
      "calls without declared tools",
      {
        ...valid,
        messages: [
          user,
          { role: "assistant", content: [use("a")] },
          { role: "user", content: [result("a")] },
        ],
      },
      /must define tools/,
    ],
    [
      "an id of another vendor",
      { ...valid, tools, messages: [user, { role: "assistant", content: [use("a.b:c")] }] },
      /messages\.1\.content\.0\.id/,
    ],
    [
      "a budget under 1,024",
      { ...valid, thinking: { type: "enabled", budget_tokens: 100 } },
      /greater than or equal to 1024/,
    ],
    [
      "a budget over the limit",
      { ...valid, thinking: { type: "enabled", budget_tokens: 2000 } },
      /must be greater than `thinking.budget_tokens`/,
    ],
    [
      "a budget on an adaptive model",
      { ...newest, max_tokens: 4096, thinking: { type: "enabled", budget_tokens: 2000 } },
      /Use "thinking.type.adaptive"/,
    ],
    [
      "disabled thinking where it cannot be",
      { ...newest, thinking: { type: "disabled" } },
      /"thinking.type.disabled" is not supported/,
    ],
    [
      "an effort on a model without",
      { ...valid, output_config: { effort: "low" } },
      /does not support the effort/,
    ],
    ["a temperature on a newest model", { ...newest, temperature: 0.5 }, /`temperature` is not supported/],
    ["temperature and top_p", { ...valid, temperature: 0.5, top_p: 0.5 }, /cannot both be specified/],
    [
      "a forced tool on a newest model",
      { ...newest, tools, tool_choice: { type: "any" } },
      /type "tool" and "any" are not supported/,
    ],
    [
      "a forced tool while thinking",
      { ...budgeted, messages: [user], tool_choice: { type: "any" } },
      /forces tool use/,
    ],
    [
      "a prefill on a newest model",
      { ...newest, messages: [user, { role: "assistant", content: "x" }] },
      /prefill/,
    ],
    [
      "a prefill with a trailing space",
      { ...valid, messages: [user, { role: "assistant", content: "x " }] },
      /trailing whitespace/,
    ],
    [
      "an open output schema",
      { ...newest, output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
      /additionalProperties/,
    ],
    ["a blank stop sequence", { ...valid, stop_sequences: [" "] }, /non-whitespace/],
    [
      "a tool schema that is no object",
      { ...valid, tools: [{ name: "x", input_schema: { type: "string" } }] },
      /tools\.0/,
    ],
    [
      "five cache marks",
      {
        ...valid,
        system: Array.from({ length: 5 }, () => ({
          type: "text",
          text: "x",
          cache_control: { type: "ephemeral" },
        })),
      },
      /maximum of 4 blocks/,
    ],
    [
      "a long mark behind a short one",
      {
        ...valid,
        system: [
          { type: "text", text: "x", cache_control: { type: "ephemeral" } },
          { type: "text", text: "y", cache_control: { type: "ephemeral", ttl: "1h" } },
        ],
      },
      /must not come after/,
    ],
  ])("%s", async (_, body, message) => {
    const refused = await post(body);
    expect(refused.message).toMatch(message);
    expect(refused).toMatchObject({ status: 400, type: "invalid_request_error" });
  });

  test("thinking that was altered, forged, or left out of an open tool loop", async () => {
    const first = await client.messages.create({
      ...budgeted,
      messages: [{ role: "user", content: "Weather?" }],
    });
    const [thinking, call] = first.content;
    if (thinking?.type !== "thinking" || call?.type !== "tool_use")
      throw new Error("the mock did not think and call");
    const replay = (content: unknown[]) =>
      post({
        ...budgeted,
        messages: [user, { role: "assistant", content }, { role: "user", content: [result(call.id)] }],
      });
    expect(await replay([thinking, call])).toMatchObject({ status: 200 });
    expect((await replay([{ ...thinking, thinking: "" }, call])).message).toMatch(/Invalid `signature`/);
    expect((await replay([{ ...thinking, thinking: `${thinking.thinking}!` }, call])).message).toMatch(
      /Invalid `signature`/,
    );
    expect((await replay([{ ...thinking, signature: `${thinking.signature}x` }, call])).message).toMatch(
      /Invalid `signature`/,
    );
    expect((await replay([{ type: "thinking", thinking: "x" }, call])).message).toMatch(
      /signature: Field required/,
    );
    expect((await replay([{ type: "redacted_thinking", data: "x" }, call])).message).toMatch(
      /Invalid `data`/,
    );
    expect((await replay([call])).message).toMatch(
      /Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
    );
  });

  test("sampling, from version 2026-10-21 on", async () => {
    const cool = { ...valid, temperature: 1 };
    expect((await post(cool)).status).toBe(200);
    expect((await post(cool, { headers: { "anthropic-version": "2026-10-21" } })).message).toBe(
      "temperature: Extra inputs are not permitted",
    );
  });

  test("wrong keys, a missing version and unknown betas", async () => {
    expect(await post(valid, { headers: { "x-api-key": "sk-wrong" } })).toMatchObject({
      status: 401,
      type: "authentication_error",
    });
    expect((await post(valid, { headers: { "anthropic-version": "" } })).status).toBe(400);
    expect((await post(valid, { headers: { "anthropic-beta": "no-such-beta" } })).message).toMatch(
      /no-such-beta/,
    );
    expect(await post({ ...valid, model: "claude-nope" })).toMatchObject({
      status: 404,
      type: "not_found_error",
    });
    expect((await post(valid, { path: "/v1/messages/count_tokens" })).message).toMatch(
      /max_tokens: Extra inputs/,
    );
  });

  test("thinking of another conversation, where the account binds it", async () => {
    await using binding = startAnthropicMock({ bindThinking: true });
    const bound = new Anthropic({ baseURL: binding.url, apiKey: binding.apiKey, maxRetries: 0 });
    const request = { model: "claude-opus-5-5", max_tokens: 100 };
    const first = await bound.messages.create({
      ...request,
      system: "Be kind.",
      messages: [{ role: "user", content: "Hi" }],
    });
    const turns = (opening: Anthropic.MessageParam["content"]): Anthropic.MessageParam[] => [
      { role: "user", content: opening },
      { role: "assistant", content: first.content },
      { role: "user", content: "And?" },
    ];
    const marked = [{ type: "text" as const, text: "Hi", cache_control: { type: "ephemeral" as const } }];
    const ask = (system: string, opening: Anthropic.MessageParam["content"]) =>
      bound.messages.create({ ...request, system, messages: turns(opening) }).then(
        () => "accepted",
        (error: unknown) => String(error),
      );
    expect(await ask("Be kind.", "Hi")).toBe("accepted");
    expect(await ask("Be kind.", marked)).toBe("accepted");
    expect(await ask("Be kind. Today is Monday.", "Hi")).toContain("bound to a different conversation");
    expect(await ask("Be kind.", "Hi!")).toContain("bound to a different conversation");
  });
});
