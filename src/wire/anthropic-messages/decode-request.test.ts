import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeCountRequest, decodeRequest } from "./decode-request.ts";

const hello = { model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };

function refusal(body: unknown): { param: string | undefined; message: string } {
  try {
    decodeRequest(body);
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    expect(error.code).toBe("invalid_request");
    return { param: error.param, message: error.message };
  }
  throw new Error("the request was accepted");
}

test("a minimal request holds what was sent and nothing else", () => {
  expect(decodeRequest(hello)).toEqual({
    model: "m",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
    tools: [],
    maxOutputTokens: 10,
    stop: [],
    stream: false,
    includeUsage: false,
    extra: {},
  });
});

test("every field of a full request has its place in the tree", () => {
  const request = decodeRequest({
    ...hello,
    system: [{ type: "text", text: "be brief", cache_control: { type: "ephemeral", ttl: "1h" } }],
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ["END"],
    stream: true,
    thinking: { type: "enabled", budget_tokens: 2048, display: "summarized" },
    output_config: {
      effort: "high",
      format: { type: "json_schema", schema: { type: "object" } },
      task_budget: { type: "tokens" },
    },
    tools: [
      {
        name: "f",
        description: "d",
        input_schema: { type: "object" },
        strict: true,
        cache_control: { type: "ephemeral" },
        defer_loading: true,
      },
      { type: "web_search_20250305", name: "web_search", max_uses: 2 },
    ],
    tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
    metadata: { user_id: "u1" },
    service_tier: "standard_only",
    cache_control: { type: "ephemeral" },
    container: "c1",
    mcp_servers: [],
  });
  expect(request).toMatchObject({
    system: [{ type: "text", text: "be brief", role: "system", cache: { ttl: "1h" } }],
    temperature: 0.5,
    topP: 0.9,
    topK: 5,
    stop: ["END"],
    stream: true,
    reasoning: { mode: "budget", budgetTokens: 2048, effort: "high", display: "summarized" },
    outputFormat: { type: "json_schema", schema: { type: "object" } },
    toolChoice: { mode: "named", name: "f" },
    parallelToolCalls: false,
    userId: "u1",
    serviceTier: "standard_only",
    autoCache: { ttl: "5m" },
  });
  expect(request.tools).toEqual([
    {
      kind: "function",
      name: "f",
      description: "d",
      parameters: { type: "object" },
      strict: true,
      cache: { ttl: "5m" },
    },
    {
      kind: "vendor",
      name: "web_search",
      protocol: "anthropic-messages",
      value: { type: "web_search_20250305", name: "web_search", max_uses: 2 },
    },
  ]);
  expect(request.extra).toEqual({
    container: "c1",
    mcp_servers: [],
    "tools.0.defer_loading": true,
    "output_config.task_budget": { type: "tokens" },
  });
});

test("blocks of a user turn: media, documents, and what only this protocol knows", () => {
  const result = { type: "search_result", source: "s", title: "t", content: [] };
  const [message] = decodeRequest({
    ...hello,
    messages: [
      {
        role: "user",
        content: [
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
          {
            type: "image",
            source: { type: "url", url: "https://x/y.png" },
            cache_control: { type: "ephemeral" },
          },
          {
            type: "document",
            source: { type: "text", media_type: "text/plain", data: "hey" },
            title: "a.txt",
            context: "c",
            citations: { enabled: true },
          },
          { type: "document", source: { type: "file", file_id: "file_1" } },
          result,
        ],
      },
    ],
  }).messages;
  expect(message).toEqual({
    role: "user",
    parts: [
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AA==" } },
      { type: "image", source: { kind: "url", url: "https://x/y.png" }, cache: { ttl: "5m" } },
      {
        type: "file",
        source: { kind: "text", mediaType: "text/plain", text: "hey" },
        filename: "a.txt",
        context: "c",
        citations: true,
      },
      { type: "file", source: { kind: "file-id", fileId: "file_1", protocol: "anthropic-messages" } },
      { type: "opaque", name: "search_result", protocol: "anthropic-messages", value: result },
    ],
  });
});

const use = (id: string) => ({ type: "tool_use", id, name: "f", input: { a: 1 } });
const result = (id: string, more: object = {}) => ({
  type: "tool_result",
  tool_use_id: id,
  content: "ok",
  ...more,
});

test("results become a turn of their own before the rest of the user's turn, wherever they stood", () => {
  const { messages } = decodeRequest({
    ...hello,
    messages: [
      { role: "user", content: "go" },
      { role: "assistant", content: [use("a"), use("b")] },
      { role: "user", content: [result("a", { is_error: true }), { type: "text", text: "and" }] },
      { role: "user", content: [{ type: "text", text: "more" }, result("b", { content: undefined })] },
    ],
  });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "user", "user"]);
  expect(messages[1]?.parts[0]).toEqual({
    type: "tool_call",
    id: "a",
    name: "f",
    arguments: '{"a":1}',
    kind: "function",
  });
  expect(messages[2]?.parts).toEqual([
    { type: "tool_result", toolCallId: "a", content: [{ type: "text", text: "ok" }], isError: true },
    { type: "tool_result", toolCallId: "b", content: [], isError: false },
  ]);
});

describe("a wrong request is refused by the exact path", () => {
  const turn = (role: string, content: unknown) => ({ role, content });
  const go = turn("user", "go");
  const cases: [name: string, body: object, param: string][] = [
    ["no max_tokens", { ...hello, max_tokens: undefined }, "max_tokens"],
    ["max_tokens that is no integer", { ...hello, max_tokens: 1.5 }, "max_tokens"],
    ["no messages", { ...hello, messages: [] }, "messages"],
    ["assistant first", { ...hello, messages: [turn("assistant", "hi")] }, "messages.0.role"],
    ["unknown role", { ...hello, messages: [turn("tool", "hi")] }, "messages.0.role"],
    ["content of a wrong type", { ...hello, messages: [turn("user", 5)] }, "messages.0.content"],
    [
      "text without text",
      { ...hello, messages: [turn("user", [{ type: "text" }])] },
      "messages.0.content.0.text",
    ],
    [
      "image without media type",
      { ...hello, messages: [go, turn("user", [{ type: "image", source: { type: "base64", data: "" } }])] },
      "messages.1.content.0.source.media_type",
    ],
    [
      "image that is none",
      {
        ...hello,
        messages: [
          turn("user", [{ type: "image", source: { type: "base64", media_type: "text/plain", data: "" } }]),
        ],
      },
      "messages.0.content.0.source.media_type",
    ],
    [
      "result without call",
      { ...hello, messages: [turn("user", [result("x")])] },
      "messages.0.content.0.tool_use_id",
    ],
    ["call without result", { ...hello, messages: [go, turn("assistant", [use("a")]), go] }, "messages.1"],
    ["call at the end", { ...hello, messages: [go, turn("assistant", [use("a")])] }, "messages.1"],
    [
      "ids that repeat",
      { ...hello, messages: [go, turn("assistant", [use("a"), use("a")])] },
      "messages.1.content.1.id",
    ],
    [
      "input that is no object",
      { ...hello, messages: [go, turn("assistant", [{ ...use("a"), input: "{}" }])] },
      "messages.1.content.0.input",
    ],
    [
      "thinking of a user",
      { ...hello, messages: [turn("user", [{ type: "thinking", thinking: "" }])] },
      "messages.0.content.0.type",
    ],
    [
      "a forged envelope",
      {
        ...hello,
        messages: [
          go,
          turn("assistant", [{ type: "thinking", thinking: "", signature: "penstock.nobody.AA" }]),
        ],
      },
      "messages.1.content.0.signature",
    ],
    ["temperature", { ...hello, temperature: 1.7 }, "temperature"],
    [
      "budget below the least",
      { ...hello, thinking: { type: "enabled", budget_tokens: 10 } },
      "thinking.budget_tokens",
    ],
    ["unknown effort", { ...hello, output_config: { effort: "huge" } }, "output_config.effort"],
    ["a choice of no tool", { ...hello, tool_choice: { type: "tool", name: "f" } }, "tool_choice.name"],
    ["a tool without schema", { ...hello, tools: [{ name: "f" }] }, "tools.0.input_schema"],
    [
      "tools of one name",
      {
        ...hello,
        tools: [
          { name: "f", input_schema: {} },
          { name: "f", input_schema: {} },
        ],
      },
      "tools.1.name",
    ],
    [
      "cache of a wrong type",
      { ...hello, system: [{ type: "text", text: "x", cache_control: { type: "eternal" } }] },
      "system.0.cache_control.type",
    ],
    ["stop sequence", { ...hello, stop_sequences: ["a", 1] }, "stop_sequences.1"],
    [
      "both formats",
      {
        ...hello,
        output_config: { format: { type: "json_schema", schema: {} } },
        output_format: { type: "json_schema", schema: {} },
      },
      "output_format",
    ],
  ];
  test.each(cases)("%s", (_name, body, param) => {
    const refused = refusal(JSON.parse(JSON.stringify(body)));
    expect(refused.param).toBe(param);
    expect(refused.message).toContain(param);
  });
});

test("what is no object is refused as a whole", () => {
  expect(refusal([]).message).toContain("The request body must be an object");
});

test("thinking in all its forms", () => {
  const reasoning = (fields: object) => decodeRequest({ ...hello, ...fields }).reasoning;
  expect(reasoning({ thinking: { type: "adaptive", display: "omitted" } })).toEqual({
    mode: "adaptive",
    display: "omitted",
  });
  expect(reasoning({ thinking: { type: "between_tools" } })).toEqual({ mode: "adaptive" });
  expect(reasoning({ thinking: { type: "disabled" } })).toEqual({ mode: "disabled" });
  expect(reasoning({ output_config: { effort: "max" } })).toEqual({ effort: "max" });
  expect(reasoning({})).toBeUndefined();
});

test("a request to count tokens needs no max_tokens", () => {
  expect(decodeCountRequest({ ...hello, max_tokens: undefined }).maxOutputTokens).toBeUndefined();
});

test("nulls that SDKs send for unset fields are absent fields", () => {
  const { messages, tools } = decodeRequest({
    ...hello,
    tools: null,
    system: null,
    thinking: null,
    messages: [
      { role: "user", content: [{ type: "text", text: "x", citations: null, cache_control: null }] },
    ],
  });
  expect(messages[0]?.parts).toEqual([{ type: "text", text: "x" }]);
  expect(tools).toEqual([]);
});
