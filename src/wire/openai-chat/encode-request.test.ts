import { expect, test } from "bun:test";
import { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { NeutralRequest } from "../neutral/request.ts";
import type { Quirks } from "../protocol.ts";
import { encodeRequest } from "./encode-request.ts";

const base: NeutralRequest = {
  model: "asked",
  system: [],
  messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
  tools: [],
  stop: [],
  stream: false,
  includeUsage: false,
  extra: {},
};

function encode(request: Partial<NeutralRequest>, options: { quirks?: Quirks; traits?: ModelTraits } = {}) {
  const losses = new LossList();
  const text = encodeRequest(
    { ...base, ...request },
    { model: "wire-model", traits: options.traits ?? {}, quirks: options.quirks ?? {}, losses },
  );
  return {
    text,
    body: JSON.parse(text),
    losses: losses.toArray().map(({ field, action }) => `${field};${action}`),
  };
}

const tool = { kind: "function", name: "f", parameters: { type: "object" } } as const;

test("the least request is sent as such, and the same bytes each time", () => {
  expect(encode({}).text).toBe('{"model":"wire-model","messages":[{"role":"user","content":"hi"}]}');
  expect(encode({}).losses).toEqual([]);
});

test("C097: usage is always asked for in a stream, unless the vendor does not know it", () => {
  expect(encode({ stream: true }).body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(encode({ stream: true }, { quirks: { stream_usage: false } }).body.stream_options).toBeUndefined();
});

test("C037: the limit goes into the field the vendor knows, within the model's ceiling", () => {
  expect(encode({ maxOutputTokens: 9 }).body).toMatchObject({ max_tokens: 9 });
  const newer = encode(
    { maxOutputTokens: 9000 },
    { quirks: { max_tokens_field: "max_completion_tokens" }, traits: { maxOutputTokens: 4096 } },
  );
  expect(newer.body.max_completion_tokens).toBe(4096);
  expect(newer.body.max_tokens).toBeUndefined();
  expect(newer.losses).toEqual(["max_tokens;clamped"]);
});

test("instructions of one role are one message, developer only where it is known", () => {
  const system = [
    { type: "text", role: "system", text: "a" },
    { type: "text", role: "developer", text: "b" },
  ] as const;
  expect(encode({ system }).body.messages[0]).toEqual({
    role: "system",
    content: [
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ],
  });
  expect(encode({ system }, { quirks: { developer_role: true } }).body.messages.slice(0, 2)).toEqual([
    { role: "system", content: "a" },
    { role: "developer", content: "b" },
  ]);
});

test("C047: what has no place in the protocol is dropped by name", () => {
  const { body, losses } = encode({
    topK: 5,
    seed: 7,
    extra: { container: "x", store: true, n: 3, logprobs: true },
    tools: [{ kind: "vendor", name: "web_search_20250305", protocol: "anthropic-messages", value: {} }, tool],
    messages: [
      {
        role: "user",
        parts: [
          { type: "opaque", name: "search_result", protocol: "anthropic-messages", value: {} },
          { type: "image", source: { kind: "file-id", fileId: "f", protocol: "anthropic-messages" } },
          { type: "text", text: "hi" },
        ],
      },
    ],
  });
  expect(body).toMatchObject({ seed: 7, store: true, messages: [{ role: "user", content: "hi" }] });
  expect(body.tools).toHaveLength(1);
  expect(losses.toSorted()).toEqual([
    "container;dropped",
    "logprobs;dropped",
    "messages[0].content[0].search_result;dropped",
    "messages[0].content[1].image_url;dropped",
    "n;dropped",
    "tools[0];dropped",
    "top_k;dropped",
  ]);
});

test("a model without sampling gets none, and the caller is told", () => {
  const { body, losses } = encode(
    { temperature: 0.5, topP: 0.9, presencePenalty: 1 },
    { traits: { sampling: false } },
  );
  expect(body.temperature).toBeUndefined();
  expect(losses).toEqual(["temperature;dropped", "top_p;dropped", "presence_penalty;dropped"]);
});

test("more than four stop sequences are clamped, blank ones dropped", () => {
  const { body, losses } = encode({ stop: ["a", "", "b", "c", "d", "e"] });
  expect(body.stop).toEqual(["a", "b", "c", "d"]);
  expect(losses).toEqual(["stop;dropped", "stop;clamped"]);
});

test.each([
  [{ effort: "high" }, {}, "high", []],
  [{ effort: "max" }, { efforts: ["low", "medium", "high"] }, "high", ["reasoning_effort;clamped"]],
  [
    { effort: "none" },
    { efforts: ["none", "low"], alwaysReasons: true },
    "low",
    ["reasoning_effort;clamped"],
  ],
  [
    { mode: "budget", budgetTokens: 5000 },
    { maxOutputTokens: 10_000 },
    "high",
    ["reasoning.budget_tokens;emulated"],
  ],
  [
    { mode: "budget", budgetTokens: 1000 },
    { efforts: ["minimal", "low"] },
    "minimal",
    ["reasoning.budget_tokens;emulated"],
  ],
  [
    { mode: "budget", budgetTokens: 9999 },
    { maxOutputTokens: 10_000 },
    "high",
    ["reasoning.budget_tokens;emulated"],
  ],
  [{ mode: "adaptive" }, {}, undefined, []],
  [{ mode: "adaptive", effort: "low", display: "omitted" }, {}, "low", ["reasoning.display;dropped"]],
  [{ mode: "disabled" }, {}, undefined, ["reasoning;dropped"]],
  [{ mode: "disabled" }, { efforts: ["none", "low"] }, "none", []],
  [{ mode: "disabled" }, { reasoning: "none" }, undefined, []],
  [{ effort: "low" }, { reasoning: "none" }, undefined, ["reasoning_effort;dropped"]],
] as const)("reasoning %j on a model with %j", (reasoning, traits, effort, losses) => {
  const encoded = encode({ reasoning }, { traits });
  expect(encoded.body.reasoning_effort).toBe(effort);
  expect(encoded.losses).toEqual([...losses]);
});

test("a vendor without reasoning_effort is not sent one", () => {
  const { body, losses } = encode({ reasoning: { effort: "low" } }, { quirks: { reasoning_effort: false } });
  expect(body.reasoning_effort).toBeUndefined();
  expect(losses).toEqual(["reasoning_effort;dropped"]);
});

test("tool fields leave together", () => {
  const { body, losses } = encode({ toolChoice: { mode: "required" }, parallelToolCalls: false });
  expect(Object.keys(body)).toEqual(["model", "messages"]);
  expect(losses).toEqual(["tool_choice;dropped"]);
});

test("every tool choice", () => {
  const other = { ...tool, name: "g" };
  const choose = (toolChoice: NeutralRequest["toolChoice"] & object, options = {}) =>
    encode({ tools: [tool, other], toolChoice, parallelToolCalls: false }, options);
  expect(choose({ mode: "none" }).body).toMatchObject({ tool_choice: "none", parallel_tool_calls: false });
  expect(choose({ mode: "named", name: "f" }).body.tool_choice).toEqual({
    type: "function",
    function: { name: "f" },
  });
  const filtered = choose({ mode: "allowed", names: ["g"], required: true });
  expect(filtered.body).toMatchObject({ tool_choice: "required", tools: [{ function: { name: "g" } }] });
  expect(filtered.losses).toEqual(["tool_choice;emulated"]);
  const native = choose(
    { mode: "allowed", names: ["g"], required: false },
    { quirks: { allowed_tools: true } },
  );
  expect(native.body.tools).toHaveLength(2);
  expect(native.body.tool_choice.allowed_tools).toEqual({
    mode: "auto",
    tools: [{ type: "function", function: { name: "g" } }],
  });
  const unforced = choose({ mode: "required" }, { traits: { forcedToolChoice: false } });
  expect(unforced.body.tool_choice).toBe("auto");
  expect(unforced.losses).toEqual(["tool_choice;clamped"]);
});

test("a custom tool is emulated by a function of one text, in history too", () => {
  const custom = { kind: "custom", name: "sh", description: "d" } as const;
  const messages: NeutralRequest["messages"] = [
    {
      role: "assistant",
      parts: [{ type: "tool_call", id: "a", name: "sh", arguments: 'ls "x"', kind: "custom" }],
    },
    {
      role: "tool",
      parts: [
        { type: "tool_result", toolCallId: "a", content: [{ type: "text", text: "r" }], isError: false },
      ],
    },
  ];
  const { body, losses } = encode({ tools: [custom], messages });
  expect(body.tools[0].function.parameters.required).toEqual(["input"]);
  expect(JSON.parse(body.messages[0].tool_calls[0].function.arguments)).toEqual({ input: 'ls "x"' });
  expect(losses).toEqual(["tools[0];emulated"]);
  const native = encode({ tools: [custom], messages }, { quirks: { custom_tools: true } });
  expect(native.body.messages[0].tool_calls[0].custom).toEqual({ name: "sh", input: 'ls "x"' });
});

test("a failed tool says so where the model reads it", () => {
  const { body, losses } = encode({
    messages: [
      {
        role: "assistant",
        parts: [{ type: "tool_call", id: "a", name: "f", arguments: "", kind: "function" }],
      },
      {
        role: "tool",
        parts: [
          {
            type: "tool_result",
            toolCallId: "a",
            content: [{ type: "text", text: "no such file" }],
            isError: true,
          },
        ],
      },
    ],
  });
  expect(body.messages[0]).toEqual({
    role: "assistant",
    content: null,
    tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
  });
  expect(body.messages[1]).toEqual({ role: "tool", tool_call_id: "a", content: "Error: no such file" });
  expect(losses).toEqual(["messages[1].tool_result[0].is_error;emulated"]);
});

const image = { type: "image", source: { kind: "base64", mediaType: "image/png", data: "QUJD" } } as const;

test("images in results follow in a user message after the last result", () => {
  const messages: NeutralRequest["messages"] = [
    {
      role: "assistant",
      parts: [
        { type: "tool_call", id: "a", name: "f", arguments: "{}", kind: "function" },
        { type: "tool_call", id: "b", name: "f", arguments: "{}", kind: "function" },
      ],
    },
    {
      role: "tool",
      parts: [
        { type: "tool_result", toolCallId: "a", content: [image], isError: false },
        { type: "tool_result", toolCallId: "b", content: [{ type: "text", text: "t" }], isError: false },
      ],
    },
  ];
  const { body, losses } = encode({ messages });
  expect(body.messages.map((message: { role: string }) => message.role)).toEqual([
    "assistant",
    "tool",
    "tool",
    "user",
  ]);
  expect(body.messages[3].content[1]).toEqual({
    type: "image_url",
    image_url: { url: "data:image/png;base64,QUJD" },
  });
  expect(losses).toEqual(["messages[1].tool_result[0].content[0];emulated"]);
  const native = encode({ messages }, { quirks: { image_in_tool_result: true } });
  expect(native.body.messages).toHaveLength(3);
  expect(native.losses).toEqual([]);
});

test("calls without results and results without calls are paired, never sent as they are", () => {
  const result = (id: string) =>
    ({
      type: "tool_result",
      toolCallId: id,
      content: [{ type: "text", text: `r-${id}` }],
      isError: false,
    }) as const;
  const { body, losses } = encode({
    messages: [
      { role: "tool", parts: [result("lost")] },
      {
        role: "assistant",
        parts: [
          { type: "tool_call", id: "a", name: "f", arguments: "{}", kind: "function" },
          { type: "tool_call", id: "b", name: "f", arguments: "{}", kind: "function" },
        ],
      },
      { role: "tool", parts: [result("b"), result("b")] },
      {
        role: "assistant",
        parts: [{ type: "tool_call", id: "c", name: "f", arguments: "{}", kind: "function" }],
      },
    ],
  });
  expect(
    body.messages.map(
      (message: { role: string; tool_call_id?: string }) => message.tool_call_id ?? message.role,
    ),
  ).toEqual(["user", "assistant", "a", "b", "user", "assistant", "c"]);
  expect(body.messages[2].content).toBe("(no result)");
  expect(losses.every((loss) => loss.endsWith(";emulated"))).toBe(true);
});

const thinking = (protocol: "openai-chat" | "anthropic-messages") =>
  ({ type: "thinking", text: "hm", signature: "s+/=", origin: { protocol } }) as const;

test("reasoning goes back to its own protocol only, in the field the vendor reads", () => {
  const messages = (protocol: "openai-chat" | "anthropic-messages"): NeutralRequest["messages"] => [
    { role: "assistant", parts: [thinking(protocol), { type: "text", text: "x" }] },
  ];
  const own = encode({ messages: messages("openai-chat") });
  expect(own.body.messages[0]).toEqual({ role: "assistant", reasoning_content: "hm", content: "x" });
  const foreign = encode({ messages: messages("anthropic-messages") });
  expect(foreign.body.messages[0]).toEqual({ role: "assistant", content: "x" });
  expect(foreign.losses).toEqual(["messages[0].thinking;dropped"]);
  const named = encode({ messages: messages("openai-chat") }, { quirks: { reasoning_field: "reasoning" } });
  expect(named.body.messages[0].reasoning).toBe("hm");
  const details = encode(
    { messages: messages("anthropic-messages") },
    { quirks: { reasoning_field: "reasoning_details" } },
  );
  expect(details.body.messages[0].reasoning_details).toEqual([
    { type: "reasoning.text", text: "hm", signature: "s+/=", format: "anthropic-claude-v1", index: 0 },
  ]);
  expect(details.losses).toEqual([]);
  const none = encode({ messages: messages("openai-chat") }, { quirks: { reasoning_field: "none" } });
  expect(none.losses).toEqual(["messages[0].thinking;dropped"]);
});

test("a schema is sent natively or becomes an instruction", () => {
  const outputFormat = { type: "json_schema", schema: { type: "object" }, strict: true } as const;
  expect(encode({ outputFormat }).body.response_format).toEqual({
    type: "json_schema",
    json_schema: { name: "response", schema: { type: "object" }, strict: true },
  });
  const emulated = encode({ outputFormat }, { quirks: { json_schema: false } });
  expect(emulated.body.response_format).toEqual({ type: "json_object" });
  expect(emulated.body.messages[0].content).toContain('{"type":"object"}');
  expect(emulated.losses).toEqual(["response_format.json_schema;emulated"]);
});

test("cache markers are sent where the vendor takes them, and are losses elsewhere", () => {
  const request: Partial<NeutralRequest> = {
    system: [{ type: "text", role: "system", text: "s", cache: { ttl: "1h" } }],
    tools: [{ ...tool, cache: { ttl: "5m" } }],
    autoCache: { ttl: "30m" },
  };
  expect(encode(request).losses.toSorted()).toEqual([
    "cache_control;dropped",
    "system[0].cache_control;dropped",
    "tools[0].cache_control;dropped",
  ]);
  const { body, losses } = encode(request, { quirks: { cache_control: true } });
  expect(body.messages[0].content[0].cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
  expect(body.tools[0].cache_control).toEqual({ type: "ephemeral" });
  expect(body.cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
  expect(losses).toEqual(["cache_control;clamped"]);
});

test("documents are inlined as text or sent as files", () => {
  const { body, losses } = encode({
    messages: [
      {
        role: "user",
        parts: [
          { type: "file", source: { kind: "text", mediaType: "text/plain", text: "T" }, filename: "a.txt" },
          {
            type: "file",
            source: { kind: "base64", mediaType: "application/pdf", data: "JVBE" },
            context: "c",
          },
        ],
      },
    ],
  });
  expect(body.messages[0].content).toEqual([
    { type: "text", text: "a.txt:\nT" },
    { type: "file", file: { file_data: "data:application/pdf;base64,JVBE" } },
  ]);
  expect(losses).toEqual(["messages[0].content[0].file;emulated", "messages[0].content[1].context;dropped"]);
});

test("a system message between turns is told by the user where the model takes none there", () => {
  const messages: NeutralRequest["messages"] = [
    ...base.messages,
    { role: "system", authority: "developer", parts: [{ type: "text", text: "be brief" }] },
  ];
  expect(encode({ messages }).body.messages[1]).toEqual({ role: "system", content: "be brief" });
  const folded = encode({ messages }, { traits: { midConversationSystem: false } });
  expect(folded.body.messages[1]).toEqual({ role: "user", content: "be brief" });
  expect(folded.losses).toEqual(["messages[1];emulated"]);
});

test("C046: the tier is forwarded", () => {
  expect(encode({ serviceTier: "flex" }).body.service_tier).toBe("flex");
});
