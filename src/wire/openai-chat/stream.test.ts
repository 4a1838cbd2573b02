import { expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { packState } from "../openai-responses/reasoning-state.ts";
import { type SseFrame, SseFramer } from "../sse/sse-framer.ts";
import { openaiChat } from "./protocol.ts";

const context = { requestId: "req_abc", created: 5, model: "asked", includeUsage: false };

function chunk(delta: object, rest: object = {}, finish: string | null = null): object {
  return {
    id: "chatcmpl-9",
    created: 7,
    model: "m-1",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...rest,
  };
}

function decode(payloads: readonly (object | string)[], end = true): NeutralEvent[] {
  const decoder = openaiChat.createStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const payload of payloads) {
    const data = typeof payload === "string" ? payload : JSON.stringify(payload);
    decoder.decode({ event: undefined, data }, events);
  }
  if (end) decoder.end(events);
  return events;
}

function encode(events: readonly NeutralEvent[], includeUsage = false): string {
  const encoder = openaiChat.createStreamEncoder({ ...context, includeUsage });
  return events.map((event) => encoder.encode(event)).join("");
}

function chunks(stream: string) {
  return stream
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: {"))
    .map((frame) => JSON.parse(frame.slice(6)));
}

/** The tool calls a client puts together from a stream. */
function toolCalls(stream: string) {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const { choices } of chunks(stream)) {
    for (const call of choices[0]?.delta.tool_calls ?? []) {
      const known = calls[call.index];
      if (known === undefined) {
        expect(call.id).toBeString();
        expect(call.type).toBe("function");
        calls[call.index] = {
          id: call.id,
          name: call.function.name,
          arguments: call.function.arguments,
        };
      } else {
        expect(call.id).toBeUndefined();
        known.arguments += call.function.arguments;
      }
    }
  }
  return calls;
}

function call(fragment: object): object {
  return chunk({ tool_calls: [fragment] });
}

test("C002 C004: arguments in tiny pieces, cut in escapes, pass piece by piece", () => {
  const text = JSON.stringify({ city: 'a"b\\c\n', emoji: "🙂", z: "x".repeat(40) });
  const pieces = [...text];
  const events = decode([
    chunk({
      role: "assistant",
      content: null,
      tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: "" } }],
    }),
    ...pieces.map((piece) => call({ index: 0, function: { arguments: piece } })),
    chunk({}, {}, "tool_calls"),
    "[DONE]",
  ]);
  const deltas = events.filter((event) => event.type === "arguments-delta");
  expect(deltas.map((event) => event.text)).toEqual(pieces);
  expect(toolCalls(encode(events))).toEqual([{ id: "c1", name: "f", arguments: text }]);
});

test("interleaved parallel calls do not mix", () => {
  const events = decode([
    call({ index: 0, id: "a", function: { name: "f", arguments: '{"x"' } }),
    call({ index: 1, id: "b", function: { name: "g", arguments: '{"y"' } }),
    call({ index: 0, function: { arguments: ":1}" } }),
    call({ index: 1, function: { arguments: ":2}" } }),
    chunk({}, {}, "tool_calls"),
  ]);
  expect(toolCalls(encode(events))).toEqual([
    { id: "a", name: "f", arguments: '{"x":1}' },
    { id: "b", name: "g", arguments: '{"y":2}' },
  ]);
});

test("calls that are all numbered 0, or not at all, stay apart by their ids", () => {
  for (const index of [{ index: 0 }, {}]) {
    const events = decode([
      call({ ...index, id: "a", function: { name: "f", arguments: '{"x":1}' } }),
      call({ ...index, id: "b", function: { name: "f", arguments: '{"x":2}' } }),
      chunk({}, {}, "stop"),
    ]);
    expect(toolCalls(encode(events)).map((made) => made.arguments)).toEqual(['{"x":1}', '{"x":2}']);
  }
});

test("C008: an id that comes one fragment late is the call's id from its first delta on", () => {
  const events = decode([
    call({ index: 0, function: { name: "f", arguments: "{" } }),
    call({ index: 0, id: "late", function: { arguments: "}" } }),
    chunk({}, {}, "tool_calls"),
  ]);
  expect(toolCalls(encode(events))).toEqual([{ id: "late", name: "f", arguments: "{}" }]);
});

test("C007: a call without any id gets one that is the same each time and differs between answers", () => {
  const payloads = [
    call({ index: 0, function: { name: "f", arguments: "{}" } }),
    call({ index: 1, function: { name: "g", arguments: "{}" } }),
    chunk({}, {}, "stop"),
  ];
  const [first, second] = toolCalls(encode(decode(payloads)));
  expect(first?.id).toMatch(/^call_[A-Za-z0-9]+_0$/);
  expect(second?.id).not.toBe(first?.id);
  expect(toolCalls(encode(decode(payloads)))[0]?.id).toBe(first?.id ?? "");
  const nameless = payloads.map((payload) => ({ ...payload, id: "" }));
  expect(toolCalls(encode(decode(nameless)))[0]?.id).toBe("call_reqabc_0");
});

test("a tool without arguments is called with an empty object", () => {
  const events = decode([
    call({ index: 0, id: "a", function: { name: "f", arguments: "" } }),
    call({ index: 0, function: { arguments: "" } }),
    chunk({}, {}, "tool_calls"),
  ]);
  expect(toolCalls(encode(events))).toEqual([{ id: "a", name: "f", arguments: "{}" }]);
});

test("the deprecated function_call is a tool call", () => {
  const events = decode([
    chunk({ function_call: { name: "f", arguments: "" } }),
    chunk({ function_call: { arguments: "{}" } }),
    chunk({}, {}, "function_call"),
  ]);
  expect(toolCalls(encode(events))[0]).toMatchObject({ name: "f", arguments: "{}" });
  expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
});

test("C010: a tool call after text finishes with tool_calls, whatever the vendor says", () => {
  const events = decode([
    chunk({ content: "Let me look." }),
    call({ index: 0, id: "a", function: { name: "f", arguments: "{}" } }),
    chunk({}, {}, "stop"),
    "[DONE]",
  ]);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  expect(chunks(encode(events)).at(-1).choices[0].finish_reason).toBe("tool_calls");
});

test("an answer cut for length stays cut, tool call or not", () => {
  const events = decode([
    call({ index: 0, id: "a", function: { name: "f", arguments: '{"x' } }),
    chunk({}, {}, "length"),
  ]);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "max_tokens" });
});

test("C017: a stream that closes after its finish reason is a success with one [DONE]", () => {
  const stream = encode(decode([chunk({ content: "hi" }), chunk({}, {}, "stop")]));
  expect(stream.match(/\[DONE\]/g)).toHaveLength(1);
});

test("C016: once finish reason and usage are known nothing more is waited for", () => {
  const decoder = openaiChat.createStreamDecoder();
  const events: NeutralEvent[] = [];
  const send = (payload: object) =>
    decoder.decode({ event: undefined, data: JSON.stringify(payload) }, events);
  send(chunk({ content: "hi" }));
  expect(decoder.finishing).toBe(false);
  send(chunk({}, {}, "stop"));
  expect(decoder.finishing).toBe(true);
  send(chunk({ content: "" }, { usage: { prompt_tokens: 3, completion_tokens: 1 } }));
  expect(events.slice(-2).map((event) => event.type)).toEqual(["usage", "finish"]);
  // OpenRouter repeats the finish reason, and the end mark follows.
  send(chunk({}, {}, "stop"));
  decoder.decode({ event: undefined, data: "[DONE]" }, events);
  decoder.end(events);
  expect(events.filter((event) => event.type === "finish")).toHaveLength(1);
});

test("C019: an error after content is one error event and no [DONE]", () => {
  const events = decode([
    chunk({ content: "par" }),
    chunk(
      { content: "" },
      { error: { code: 429, message: "slow down", metadata: { error_type: "rate_limit_exceeded" } } },
      "error",
    ),
    "[DONE]",
  ]);
  expect(events.at(-1)).toEqual({
    type: "error",
    error: { kind: "rate_limited", status: 429, message: "slow down", code: "rate_limit_exceeded" },
  });
  const stream = encode(events);
  expect(stream).not.toContain("[DONE]");
  expect(chunks(stream).filter((payload) => payload.error !== undefined)).toHaveLength(1);
  expect(chunks(stream).at(-1).error.status).toBe(429);
});

test.each([
  [{ error: { message: "x", type: "server_error" } }, "server_error", 502],
  [{ error: { message: "Overloaded", type: "overloaded_error" } }, "overloaded", 529],
  [{ error: { message: "x", code: "503" } }, "overloaded", 503],
  [{ error: "something broke" }, "server_error", 502],
  [{ error: { message: "bad tool", type: "invalid_request_error" } }, "invalid_request", 400],
  [{ error: { type: "SafetyBlockedError", message: "blocked" } }, "invalid_request", 400],
  [{ object: "error", message: "maximum context length is 10 tokens", code: 400 }, "context_exceeded", 400],
  [{ choices: [], error: { code: 401, message: "User not found" } }, "authentication", 401],
] as const)("an error as the first event of a 200 says what it is: %j", (payload, kind, status) => {
  expect(decode([payload])).toMatchObject([{ type: "error", error: { kind, status } }]);
});

test("C023: a stream without its finish reason is truncated, a frame cut in the middle, too", () => {
  const framer = new SseFramer();
  const decoder = openaiChat.createStreamDecoder();
  const frames: SseFrame[] = [];
  const events: NeutralEvent[] = [];
  framer.push(
    new TextEncoder().encode(`data: ${JSON.stringify(chunk({ content: "hi" }))}\n\ndata: {"id":"chat`),
    frames,
  );
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  expect(events.at(-1)).toMatchObject({ type: "error", error: { code: "stream_truncated", status: 502 } });
  expect(events.at(-2)).toEqual({ type: "part-end", index: 0 });
  expect(decode([])).toMatchObject([{ type: "error", error: { code: "stream_truncated" } }]);
});

test("a payload that is not JSON is an error, not a crash", () => {
  expect(decode([chunk({ content: "hi" }), "<html>"]).at(-1)).toMatchObject({
    type: "error",
    error: { code: "stream_malformed" },
  });
});

test("C022: comments, events without a name and split data lines are read as one stream", () => {
  const text = `: OPENROUTER PROCESSING\n\nevent: x\ndata: {"id":"c","choices":[{"index":0,\ndata: "delta":{"content":"hi"}}]}\n\n: keep\n\ndata: ${JSON.stringify(chunk({}, {}, "stop"))}\n\n`;
  const framer = new SseFramer();
  const frames: SseFrame[] = [];
  framer.push(new TextEncoder().encode(text), frames);
  const events = decode(frames.map((frame) => frame.data));
  expect(events).toContainEqual({ type: "text-delta", index: 0, text: "hi" });
  expect(events.at(-1)?.type).toBe("finish");
});

test("Azure's empty first chunk starts nothing", () => {
  const events = decode([
    { choices: [], created: 0, id: "", model: "", object: "", prompt_filter_results: [] },
    chunk({ role: "assistant", content: "", refusal: null, tool_calls: null, reasoning: null }),
    chunk({ content: "hi" }),
    chunk({}, {}, "stop"),
    {
      id: "chatcmpl-9",
      choices: [],
      usage: { prompt_tokens: 2, completion_tokens: 1, prompt_tokens_details: null },
    },
  ]);
  expect(events[0]).toEqual({ type: "start", id: "chatcmpl-9", model: "m-1", created: 7 });
  expect(events.map((event) => event.type)).toEqual([
    "start",
    "part-start",
    "text-delta",
    "part-end",
    "usage",
    "finish",
  ]);
});

test("C046: the tier that served is told to the client", () => {
  const events = decode([chunk({ content: "x" }, { service_tier: "priority" }), chunk({}, {}, "stop")]);
  expect(chunks(encode(events))[0].service_tier).toBe("priority");
});

test("C097 C098: the usage chunk is sent only to a client that asked, last, with no choices", () => {
  const events = decode([
    chunk({ content: "x" }),
    chunk({}, {}, "stop"),
    {
      choices: [],
      id: "chatcmpl-9",
      usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
    },
    "[DONE]",
  ]);
  expect(encode(events)).not.toContain("usage");
  const asked = chunks(encode(events, true));
  expect(asked.slice(0, -1).every((payload) => payload.usage === null)).toBe(true);
  expect(asked.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 10, total_tokens: 12, prompt_tokens_details: { cached_tokens: 4 } },
  });
});

test("a refusal in words is its own field and a normal stop", () => {
  const events = decode([chunk({ refusal: "I " }), chunk({ refusal: "can't." }), chunk({}, {}, "stop")]);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "refusal" });
  const told = chunks(encode(events));
  expect(told.map((payload) => payload.choices[0].delta.refusal ?? "").join("")).toBe("I can't.");
  expect(told.at(-1).choices[0].finish_reason).toBe("stop");
});

test("OpenRouter's reasoning blocks keep text, signature and owner, and survive being told again", () => {
  const details = (entry: object) => ({ reasoning: "ignored", reasoning_details: [entry] });
  const payloads = [
    chunk({
      content: "",
      ...details({ type: "reasoning.text", text: "40", format: "anthropic-claude-v1", index: 0 }),
    }),
    chunk({
      content: "",
      ...details({ type: "reasoning.text", text: " div", format: "anthropic-claude-v1", index: 0 }),
    }),
    chunk({
      content: "",
      ...details({ type: "reasoning.text", signature: "Sig+/==", format: "anthropic-claude-v1", index: 0 }),
    }),
    chunk({
      content: "",
      ...details({
        type: "reasoning.encrypted",
        data: "gAAA.x",
        format: "openai-responses-v1",
        id: "rs_1",
        index: 1,
      }),
    }),
    chunk({ content: "60", reasoning: null }),
    chunk({ content: "" }, {}, "stop"),
  ];
  const events = decode(payloads);
  const expected: NeutralEvent[] = [
    { type: "part-start", index: 0, part: { type: "thinking", origin: { protocol: "anthropic-messages" } } },
    { type: "thinking-delta", index: 0, text: "40" },
    { type: "thinking-delta", index: 0, text: " div" },
    { type: "signature", index: 0, signature: "Sig+/==" },
    { type: "part-end", index: 0 },
    {
      type: "part-start",
      index: 1,
      // The item's id goes back with the state.
      part: {
        type: "redacted_thinking",
        data: packState({ id: "rs_1", encrypted: "gAAA.x" }),
        origin: { protocol: "openai-responses" },
      },
    },
    { type: "part-end", index: 1 },
    { type: "part-start", index: 2, part: { type: "text" } },
    { type: "text-delta", index: 2, text: "60" },
    { type: "part-end", index: 2 },
  ];
  expect(events.slice(1, -1)).toEqual(expected);
  const told = encode(events);
  expect(decode(chunks(told)).slice(1, -1)).toEqual(expected);
  // What a client gathers and sends back is the same blocks.
  const entries = chunks(told).flatMap((payload) => payload.choices[0].delta.reasoning_details ?? []);
  const replayed = openaiChat.decodeRequest({
    model: "m",
    messages: [
      { role: "user", content: "q" },
      { role: "assistant", content: "60", reasoning_content: "40 div", reasoning_details: entries },
    ],
  });
  expect(replayed.messages[1]?.parts).toEqual([
    { type: "thinking", text: "40 div", signature: "Sig+/==", origin: { protocol: "anthropic-messages" } },
    {
      type: "redacted_thinking",
      data: packState({ id: "rs_1", encrypted: "gAAA.x" }),
      origin: { protocol: "openai-responses" },
    },
    { type: "text", text: "60" },
  ]);
});

test("a Messages vendor's stream reads well for a Chat client", () => {
  const stream = encode(
    [
      { type: "start", id: "msg_1", model: "claude" },
      { type: "ping" },
      {
        type: "part-start",
        index: 0,
        part: { type: "thinking", origin: { protocol: "anthropic-messages" } },
      },
      { type: "thinking-delta", index: 0, text: "hm" },
      { type: "signature", index: 0, signature: "S" },
      { type: "part-end", index: 0 },
      { type: "part-start", index: 1, part: { type: "text" } },
      { type: "text-delta", index: 1, text: 'He said "hi"\n' },
      { type: "part-end", index: 1 },
      { type: "finish", reason: "stop_sequence", stopSequence: "X" },
    ],
    false,
  );
  const envelope = (delta: object, finish: string | null = null) => ({
    id: "msg_1",
    object: "chat.completion.chunk",
    created: 5,
    model: "claude",
    system_fingerprint: null,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const format = "anthropic-claude-v1";
  const block = (text: string, rest: object = {}) => ({
    reasoning_details: [
      { type: "reasoning.text", text, ...rest, format, index: 0, ...(text && { id: "block_0" }) },
    ],
  });
  expect(chunks(stream)).toEqual([
    envelope({ role: "assistant", content: null, refusal: null }),
    envelope(block("")),
    envelope({ reasoning_content: "hm" }),
    envelope(block("hm", { signature: "S" })),
    envelope({ content: 'He said "hi"\n' }),
    envelope({}, "stop"),
  ]);
  expect(stream.startsWith('data: {"id":"msg_1"')).toBe(true);
});

test("annotations arrive as citations and leave as annotations", () => {
  const annotation = {
    type: "url_citation",
    url_citation: { url: "https://a.test", title: "A", start_index: 0, end_index: 2 },
  };
  const events = decode([
    chunk({ content: "hi" }),
    chunk({ annotations: [annotation] }),
    chunk({}, {}, "stop"),
  ]);
  expect(events).toContainEqual({ type: "citation", index: 0, protocol: "openai-chat", value: annotation });
  expect(chunks(encode(events))[2].choices[0].delta).toEqual({ annotations: [annotation] });
});

test("only the first of several choices is read", () => {
  const events = decode([
    { id: "c", choices: [{ index: 1, delta: { content: "no" } }] },
    { id: "c", choices: [{ index: 0, delta: { content: "yes" } }] },
    { id: "c", choices: [{ index: 1, delta: {}, finish_reason: "length" }] },
    { id: "c", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  ]);
  expect(events.filter((event) => event.type === "text-delta").map((event) => event.text)).toEqual(["yes"]);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test("our own error in a begun stream has the original status and no [DONE]", () => {
  const error = new PenstockError("upstream_rate_limited", { fields: { provider: "p" } });
  const text = openaiChat.encodeStreamError(error, "req_1");
  expect(text).toEndWith("}\n\n");
  expect(JSON.parse(text.slice(6)).error).toMatchObject({
    code: "rate_limit_exceeded",
    status: 429,
    param: null,
  });
});
