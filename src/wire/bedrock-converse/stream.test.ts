import { describe, expect, test } from "bun:test";
import type { NeutralEvent } from "../neutral/event.ts";
import { ConverseStreamDecoder } from "./decode-stream.ts";

type Frame = readonly [event: string, data: unknown];

function decode(...frames: readonly Frame[]): NeutralEvent[] {
  const decoder = new ConverseStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const [event, data] of frames) decoder.decode({ event, data: JSON.stringify(data) }, events);
  decoder.end(events);
  return events;
}

const delta = (at: number, value: object): Frame => [
  "contentBlockDelta",
  { contentBlockIndex: at, delta: value },
];
const call = (at: number, id: string): Frame => [
  "contentBlockStart",
  { contentBlockIndex: at, start: { toolUse: { toolUseId: id, name: `f${id}` } } },
];
const stop = (at: number): Frame => ["contentBlockStop", { contentBlockIndex: at }];
const end = (stopReason: string): Frame => ["messageStop", { stopReason }];
const usage: Frame = ["metadata", { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }];
const origin = { protocol: "bedrock-converse" } as const;

test("two calls interleaved by their index stay two calls, each closed, no arguments mixed", () => {
  const events = decode(
    ["messageStart", { role: "assistant" }],
    call(0, "a"),
    call(1, "b"),
    delta(0, { toolUse: { input: '{"x":' } }),
    delta(1, { toolUse: { input: '{"y":' } }),
    delta(0, { toolUse: { input: "1}" } }),
    stop(0),
    delta(1, { toolUse: { input: "2}" } }),
    stop(1),
    end("tool_use"),
    usage,
  );
  const argumentsOf = (index: number) =>
    events
      .flatMap((event) => (event.type === "arguments-delta" && event.index === index ? [event.text] : []))
      .join("");
  expect([argumentsOf(0), argumentsOf(1)]).toEqual(['{"x":1}', '{"y":2}']);
  expect(events.filter(({ type }) => type === "part-end")).toHaveLength(2);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
});

test("a call without arguments gets an empty object", () => {
  expect(decode(call(0, "a"), stop(0), end("tool_use"), usage)).toContainEqual({
    type: "arguments-delta",
    index: 0,
    text: "{}",
  });
});

test("reasoning and text begin without a word of their own, and keep the signature byte for byte", () => {
  const events = decode(
    ["messageStart", { role: "assistant", p: "abc" }],
    ["contentBlockStart", { contentBlockIndex: 0, start: {} }],
    delta(0, { reasoningContent: { text: "Let me" } }),
    delta(0, { reasoningContent: { text: "" } }),
    delta(0, { reasoningContent: { signature: "Ep0C+/=" } }),
    stop(0),
    delta(1, { text: "There" }),
    stop(1),
    end("end_turn"),
    usage,
  );
  expect(events).toEqual([
    { type: "start", id: "", model: "" },
    { type: "part-start", index: 0, part: { type: "thinking", origin } },
    { type: "thinking-delta", index: 0, text: "Let me" },
    { type: "signature", index: 0, signature: "Ep0C+/=" },
    { type: "part-end", index: 0 },
    { type: "part-start", index: 1, part: { type: "text" } },
    { type: "text-delta", index: 1, text: "There" },
    { type: "part-end", index: 1 },
    { type: "usage", usage: expect.objectContaining({ input: 3, output: 2 }) },
    { type: "finish", reason: "stop" },
  ]);
});

test("hidden reasoning is one part, its pieces joined as bytes, and no empty text beside it", () => {
  const events = decode(
    delta(0, { reasoningContent: { redactedContent: Buffer.from("hid").toString("base64") } }),
    delta(0, { reasoningContent: { redactedContent: Buffer.from("den!").toString("base64") } }),
    stop(0),
    end("end_turn"),
  );
  expect(events.filter(({ type }) => type === "part-start")).toEqual([
    {
      type: "part-start",
      index: 0,
      part: { type: "redacted_thinking", data: Buffer.from("hidden!").toString("base64"), origin },
    },
  ]);
});

test("usage counts before the last word as well as after it, and ends the answer at once when both are known", () => {
  for (const frames of [
    [usage, end("end_turn")],
    [end("end_turn"), usage],
  ]) {
    const decoder = new ConverseStreamDecoder();
    const events: NeutralEvent[] = [];
    for (const [event, data] of frames as Frame[])
      decoder.decode({ event, data: JSON.stringify(data) }, events);
    expect(events.map(({ type }) => type)).toEqual(["start", "usage", "finish"]);
  }
});

test("without usage the answer ends with the stream, and whoever reads knows it will end soon", () => {
  const decoder = new ConverseStreamDecoder();
  const events: NeutralEvent[] = [];
  decoder.decode({ event: "messageStop", data: '{"stopReason":"max_tokens"}' }, events);
  expect([decoder.finishing, events.at(-1)?.type]).toEqual([true, "start"]);
  decoder.end(events);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "max_tokens" });
});

test("a call that the vendor runs itself is not the caller's", () => {
  const events = decode(
    [
      "contentBlockStart",
      { contentBlockIndex: 0, start: { toolUse: { toolUseId: "s", name: "g", type: "server_tool_use" } } },
    ],
    delta(0, { toolUse: { input: '{"q":1}' } }),
    stop(0),
    delta(1, { text: "done" }),
    end("end_turn"),
    usage,
  );
  expect(events[1]).toEqual({
    type: "part-start",
    index: 0,
    part: {
      type: "opaque",
      name: "toolUse",
      ...origin,
      value: { toolUse: { toolUseId: "s", name: "g", type: "server_tool_use", input: { q: 1 } } },
    },
  });
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test.each([
  ["end_turn", "stop"],
  ["stop_sequence", "stop_sequence"],
  ["max_tokens", "max_tokens"],
  ["model_context_window_exceeded", "context_exceeded"],
  ["guardrail_intervened", "content_filter"],
  ["content_filtered", "content_filter"],
  ["malformed_tool_use", "error"],
  ["a_new_one", "stop"],
])("the stop reason %s reads as %s", (stopReason, reason) => {
  expect(decode(delta(0, { text: "x" }), end(stopReason), usage).at(-1)).toMatchObject({
    type: "finish",
    reason,
  });
});

test("the stop sequence is told", () => {
  const stopped: Frame = [
    "messageStop",
    { stopReason: "stop_sequence", additionalModelResponseFields: { delta: { stop_sequence: "END" } } },
  ];
  expect(decode(stopped).at(-1)).toEqual({ type: "finish", reason: "stop_sequence", stopSequence: "END" });
});

describe("failures inside the stream", () => {
  test.each([
    ["throttlingException", { message: "Too many requests" }, "rate_limited", 429],
    ["throttlingException", { message: "Too many tokens per day" }, "quota_exhausted", 429],
    ["modelStreamErrorException", { message: "m", originalStatusCode: 429 }, "rate_limited", 429],
    ["modelStreamErrorException", { message: "m", originalStatusCode: 500 }, "server_error", 500],
    ["internalServerException", { message: "m" }, "server_error", 500],
    ["serviceUnavailableException", { message: "m" }, "overloaded", 503],
    ["modelTimeoutException", { message: "m" }, "timeout", 408],
    ["validationException", { message: "Input is too long for requested model." }, "context_exceeded", 400],
    ["validationException", { Message: "bad" }, "invalid_request", 400],
  ])("%s %j is %s", (name, data, kind, status) => {
    const events = decode(delta(0, { text: "x" }), [`exception:${name}`, data]);
    expect(events.at(-1)).toMatchObject({ type: "error", error: { kind, status, code: name } });
    expect(events.at(-2)).toEqual({ type: "part-end", index: 0 });
  });

  test("arguments of a call nobody began, a payload that is no object, an early end", () => {
    expect(decode(delta(0, { toolUse: { input: "{" } })).at(-1)).toMatchObject({
      error: { code: "stream_malformed" },
    });
    expect(decode(["contentBlockDelta", 7]).at(-1)).toMatchObject({ error: { code: "stream_malformed" } });
    expect(decode(delta(0, { text: "x" }), stop(0), usage).at(-1)).toMatchObject({
      error: { code: "stream_truncated" },
    });
  });

  test("what fails after the last word takes nothing back", () => {
    const events = decode(delta(0, { text: "x" }), end("end_turn"), [
      "exception:internalServerException",
      {},
    ]);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
});
