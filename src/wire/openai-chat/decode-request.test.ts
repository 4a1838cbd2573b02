import { expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { decodeRequest } from "./decode-request.ts";

const user = { role: "user", content: "hi" };

function refusal(body: unknown): { param: string | undefined; message: string; status: number } {
  try {
    decodeRequest(body);
  } catch (error) {
    if (error instanceof PenstockError) {
      return { param: error.param, message: error.message, status: error.status };
    }
    throw error;
  }
  throw new Error("the request was accepted");
}

test("the least request there is", () => {
  expect(decodeRequest({ model: "m", messages: [user] })).toEqual({
    model: "m",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "hi" }] }],
    tools: [],
    stop: [],
    stream: false,
    includeUsage: false,
    extra: {},
  });
});

const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };

test.each([
  [{ messages: "hi" }, "messages", "must be an array, not a string"],
  [{ messages: [] }, "messages", "must have at least one message"],
  [{ messages: [{ role: "robot", content: "x" }] }, "messages[0].role", 'not "robot"'],
  [{ messages: [{ role: "user" }] }, "messages[0].content", "must be a string or an array of parts"],
  [{ messages: [{ role: "user", content: 5 }] }, "messages[0].content", "must be an array"],
  [
    { messages: [{ role: "user", content: [{ type: "text" }] }] },
    "messages[0].content[0].text",
    "must be a string",
  ],
  [
    { messages: [user, { role: "user", content: [{ type: "image_url", image_url: {} }] }] },
    "messages[1].content[0].image_url.url",
    "must be a string",
  ],
  [
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "ftp://x" } }] }] },
    "messages[0].content[0].image_url.url",
    "must be an http(s), gs or s3 URL or a base64 data URL",
  ],
  [
    { messages: [{ role: "user", content: [{ type: "movie" }] }] },
    "messages[0].content[0].type",
    'not "movie"',
  ],
  [{ messages: [user, { role: "assistant" }] }, "messages[1].content", "is required unless"],
  [
    { messages: [user, { role: "tool", tool_call_id: "c9", content: "x" }] },
    "messages[1].tool_call_id",
    "answers no tool call",
  ],
  [
    { messages: [user, { role: "assistant", tool_calls: [call] }, user] },
    "messages[1].tool_calls[0].id",
    "is not answered",
  ],
  [
    { messages: [user, { role: "assistant", tool_calls: [call] }] },
    "messages[1].tool_calls[0].id",
    "not answered",
  ],
  [
    {
      messages: [
        user,
        { role: "assistant", tool_calls: [{ ...call, function: { name: "f", arguments: {} } }] },
      ],
    },
    "messages[1].tool_calls[0].function.arguments",
    "must be a string, not an object",
  ],
  [{ messages: [user], temperature: 3 }, "temperature", "must be between 0 and 2"],
  [{ messages: [user], temperature: "1" }, "temperature", "must be a number, not a string"],
  [{ messages: [user], max_tokens: 1.5 }, "max_tokens", "must be an integer"],
  [{ messages: [user], max_tokens: 0 }, "max_tokens", "must be at least 1"],
  [{ messages: [user], stop: 5 }, "stop", "must be a string or an array of strings"],
  [{ messages: [user], stop: ["a", 1] }, "stop[1]", "must be a string"],
  [{ messages: [user], stream: "yes" }, "stream", "must be true or false"],
  [{ messages: [user], reasoning_effort: "huge" }, "reasoning_effort", 'not "huge"'],
  [{ messages: [user], reasoning_effort: "low", reasoning: { effort: "high" } }, "reasoning", "contradicts"],
  [
    { messages: [user], response_format: { type: "json_schema" } },
    "response_format.json_schema",
    "must be an object",
  ],
  [
    { messages: [user], tools: [{ type: "function" }] },
    "tools[0].function",
    "must be an object, not missing",
  ],
  [
    { messages: [user], tools: [{ type: "function", function: { name: "" } }] },
    "tools[0].function.name",
    "empty",
  ],
  [
    { messages: [user], tool_choice: { type: "function", function: { name: "g" } } },
    "tool_choice",
    'names the tool "g", which is not in `tools`',
  ],
  [{ messages: [user], model: 5 }, "model", "must be a string"],
] as const)("refuses %j and names the field", (body, param, words) => {
  const { message, ...rest } = refusal({ model: "m", ...body });
  expect(rest).toEqual({ param, status: 400 });
  expect(message).toContain(words);
});

test("a body that is no object is refused", () => {
  for (const body of [null, [], "x", 5]) expect(refusal(body).message).toContain("must be an object");
});

test("C037: an explicit max_completion_tokens wins", () => {
  const limit = (fields: object) =>
    decodeRequest({ model: "m", messages: [user], ...fields }).maxOutputTokens;
  expect(limit({ max_tokens: 5, max_completion_tokens: 9 })).toBe(9);
  expect(limit({ max_tokens: 5 })).toBe(5);
  expect(limit({ max_tokens: 5, max_completion_tokens: null })).toBe(5);
});

test("fields without a neutral word are kept by name, meaningless defaults are nobody's loss", () => {
  const { extra } = decodeRequest({
    model: "m",
    messages: [user],
    n: 1,
    logprobs: false,
    modalities: ["text"],
    logit_bias: {},
    store: false,
    metadata: null,
    frequency_penalty: 0,
    stream_options: { include_usage: true },
    tools: [],
    tool_choice: null,
    verbosity: "low",
    min_p: 0.1,
    prediction: { type: "content", content: "x" },
  });
  expect(extra).toEqual({ verbosity: "low", min_p: 0.1, prediction: { type: "content", content: "x" } });
  expect(decodeRequest({ model: "m", messages: [user], n: 2, logprobs: true }).extra).toEqual({
    n: 2,
    logprobs: true,
  });
});

test("usage is asked for in streams only", () => {
  const body = { model: "m", messages: [user], stream_options: { include_usage: true } };
  expect(decodeRequest({ ...body, stream: true }).includeUsage).toBe(true);
  expect(decodeRequest(body).includeUsage).toBe(false);
  expect(decodeRequest({ ...body, stream: true, stream_options: {} }).includeUsage).toBe(false);
});

test("instructions before the first turn are system, later ones stay in place", () => {
  const request = decodeRequest({
    model: "m",
    messages: [
      { role: "system", content: "a" },
      { role: "developer", content: [{ type: "text", text: "b" }] },
      user,
      { role: "system", content: "c" },
    ],
  });
  expect(request.system).toEqual([
    { type: "text", text: "a", role: "system" },
    { type: "text", text: "b", role: "developer" },
  ]);
  expect(request.messages[1]).toEqual({
    role: "system",
    authority: "system",
    parts: [{ type: "text", text: "c" }],
  });
});

test("images, audio and files in every form", () => {
  const { messages } = decodeRequest({
    model: "m",
    messages: [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "https://a.test/x.png", detail: "low" } },
          { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } },
          { type: "image_url", image_url: "https://a.test/bare.png" },
          { type: "input_audio", input_audio: { data: "UklG", format: "wav" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBE" } },
          { type: "file", file: { file_id: "file-1" } },
          { type: "video_url", video_url: { url: "https://a.test/v.mp4" } },
        ],
      },
    ],
  });
  expect(messages[0]?.parts).toEqual([
    { type: "image", source: { kind: "url", url: "https://a.test/x.png" }, detail: "low" },
    { type: "image", source: { kind: "base64", mediaType: "image/png", data: "QUJD" } },
    { type: "image", source: { kind: "url", url: "https://a.test/bare.png" } },
    { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "UklG" }, format: "wav" },
    {
      type: "file",
      source: { kind: "base64", mediaType: "application/pdf", data: "JVBE" },
      filename: "a.pdf",
    },
    { type: "file", source: { kind: "file-id", fileId: "file-1", protocol: "openai-chat" } },
    {
      type: "opaque",
      name: "video_url",
      protocol: "openai-chat",
      value: { type: "video_url", video_url: { url: "https://a.test/v.mp4" } },
    },
  ]);
});

test("results of parallel calls are one turn, in the order they were sent", () => {
  const { messages } = decodeRequest({
    model: "m",
    messages: [
      user,
      { role: "assistant", content: null, tool_calls: [call, { ...call, id: "c2" }] },
      { role: "tool", tool_call_id: "c2", content: "two" },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "one" }] },
    ],
  });
  expect(messages).toHaveLength(3);
  expect(messages[2]).toMatchObject({
    role: "tool",
    parts: [
      { toolCallId: "c2", isError: false, content: [{ text: "two" }] },
      { toolCallId: "c1", content: [{ text: "one" }] },
    ],
  });
});

test("what SDKs send in passing is accepted", () => {
  const { messages } = decodeRequest({
    model: "m",
    messages: [
      user,
      {
        role: "assistant",
        content: "ok",
        refusal: null,
        tool_calls: [],
        audio: null,
        annotations: [],
        name: null,
      },
    ],
  });
  expect(messages[1]).toEqual({ role: "assistant", parts: [{ type: "text", text: "ok" }] });
});

test("the deprecated functions become tools, their calls pair with their results", () => {
  const turn = [
    { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
    { role: "function", name: "f", content: "done" },
  ];
  const request = decodeRequest({
    model: "m",
    messages: [user, ...turn, user, ...turn],
    functions: [{ name: "f", parameters: { type: "object" } }],
    function_call: { name: "f" },
  });
  expect(request.tools).toEqual([{ kind: "function", name: "f", parameters: { type: "object" } }]);
  expect(request.toolChoice).toEqual({ mode: "named", name: "f" });
  const ids = request.messages.flatMap((message) =>
    message.parts.flatMap((part) =>
      part.type === "tool_call" ? [part.id] : part.type === "tool_result" ? [part.toolCallId] : [],
    ),
  );
  expect(ids[0]).toBe(ids[1] ?? "");
  expect(ids[2]).toBe(ids[3] ?? "");
  expect(ids[0]).not.toBe(ids[2] ?? "");
  expect(refusal({ model: "m", messages: [user, turn[1]] }).param).toBe("messages[1].name");
});

test("every tool and tool choice", () => {
  const tools = [
    {
      type: "function",
      function: { name: "f", description: "d", parameters: { type: "object" }, strict: true },
    },
    { type: "custom", custom: { name: "c", format: { type: "text" } } },
    { type: "openrouter:web_search", parameters: {} },
  ];
  const decode = (tool_choice: unknown) =>
    decodeRequest({ model: "m", messages: [user], tools, tool_choice });
  expect(decode("auto").tools).toEqual([
    { kind: "function", name: "f", description: "d", parameters: { type: "object" }, strict: true },
    { kind: "custom", name: "c", format: { type: "text" } },
    { kind: "vendor", name: "openrouter:web_search", protocol: "openai-chat", value: tools[2] },
  ]);
  expect(decode("required").toolChoice).toEqual({ mode: "required" });
  expect(decode("none").toolChoice).toEqual({ mode: "none" });
  expect(decode({ type: "custom", custom: { name: "c" } }).toolChoice).toEqual({ mode: "named", name: "c" });
  const allowed = { mode: "required", tools: [{ type: "function", function: { name: "f" } }] };
  expect(decode({ type: "allowed_tools", allowed_tools: allowed }).toolChoice).toEqual({
    mode: "allowed",
    names: ["f"],
    required: true,
  });
});

test("cache markers at every place", () => {
  const mark = { cache_control: { type: "ephemeral" } };
  const request = decodeRequest({
    model: "m",
    cache_control: { type: "ephemeral", ttl: "1h" },
    messages: [
      { role: "system", content: "s", ...mark },
      { role: "user", content: [{ type: "text", text: "a", prompt_cache_breakpoint: { mode: "explicit" } }] },
      { role: "assistant", content: "b", tool_calls: [call], ...mark },
      { role: "tool", tool_call_id: "c1", content: "r", ...mark },
    ],
    tools: [{ type: "function", function: { name: "f" }, ...mark }],
  });
  expect(request.autoCache).toEqual({ ttl: "1h" });
  expect(request.system[0]?.cache).toEqual({ ttl: "5m" });
  expect(request.messages[0]?.parts[0]).toMatchObject({ cache: { ttl: "30m" } });
  expect(request.messages[1]?.parts.at(-1)).toMatchObject({ type: "tool_call", cache: { ttl: "5m" } });
  expect(request.messages[2]?.parts[0]).toMatchObject({ cache: { ttl: "5m" } });
  expect(request.tools[0]).toMatchObject({ cache: { ttl: "5m" } });
  const wrong = [
    { role: "user", content: [{ type: "text", text: "a", cache_control: { type: "forever" } }] },
  ];
  expect(refusal({ model: "m", messages: wrong }).param).toBe("messages[0].content[0].cache_control.type");
});

test.each([
  [{ reasoning_effort: "high" }, { effort: "high" }],
  [{ reasoning_effort: "none" }, { effort: "none" }],
  [{ reasoning: { effort: "low", exclude: true } }, { effort: "low", display: "omitted" }],
  [{ reasoning: { max_tokens: 2000 } }, { mode: "budget", budgetTokens: 2000 }],
  [{ reasoning: { enabled: false } }, { mode: "disabled" }],
  [{ reasoning: { enabled: true } }, { mode: "adaptive" }],
  [{ thinking: { type: "enabled", budget_tokens: 4096 } }, { mode: "budget", budgetTokens: 4096 }],
  [{ thinking: { type: "disabled" } }, { mode: "disabled" }],
  [
    { thinking: { type: "adaptive" }, reasoning_effort: "max" },
    { mode: "adaptive", effort: "max" },
  ],
  [{ include_reasoning: false }, { display: "omitted" }],
] as const)("reasoning asked as %j", (fields, expected) => {
  expect(decodeRequest({ model: "m", messages: [user], ...fields }).reasoning).toEqual(expected);
});

test("replayed reasoning, in each of the forms clients send", () => {
  const parts = (fields: object): unknown =>
    decodeRequest({
      model: "m",
      messages: [user, { role: "assistant", content: "x", ...fields }],
    }).messages[1]?.parts.slice(0, -1);
  const chat = { protocol: "openai-chat" };
  const anthropic = { protocol: "anthropic-messages" };
  expect(parts({ reasoning_content: "r" })).toEqual([{ type: "thinking", text: "r", origin: chat }]);
  expect(parts({ reasoning: "r" })).toEqual([{ type: "thinking", text: "r", origin: chat }]);
  expect(
    parts({
      thinking_blocks: [
        { type: "thinking", thinking: "t", signature: "s" },
        { type: "redacted_thinking", data: "d" },
      ],
    }),
  ).toEqual([
    { type: "thinking", text: "t", signature: "s", origin: anthropic },
    { type: "redacted_thinking", data: "d", origin: anthropic },
  ]);
  expect(
    parts({
      reasoning: "echo",
      reasoning_details: [
        { type: "reasoning.summary", summary: "a", format: "google-gemini-v1", index: 0 },
        { type: "reasoning.text", text: "b", format: "openai-chat" },
        { type: "reasoning.text", text: "c", format: "made-up" },
        { type: "reasoning.novelty", index: 4 },
      ],
    }),
  ).toEqual([
    { type: "thinking", text: "a", origin: { protocol: "gemini" } },
    { type: "thinking", text: "b", origin: chat },
    { type: "thinking", text: "c", origin: chat },
  ]);
});
