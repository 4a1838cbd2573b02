import { describe, expect, test } from "bun:test";
import { streamBytes } from "../run/play-script.ts";
import { allWires } from "../wires/all-wires.ts";
import { messagesSurface } from "./anthropic-messages.ts";
import { chatSurface } from "./openai-chat.ts";
import { readEvents } from "./read-events.ts";

const answer = {
  parts: [{ thinking: "hm" }, { text: "Hello" }, { call: "c1", name: "f", arguments: '{"a":1}' }],
  stop: "tool_calls",
} as const;

function streamOf(id: string): string {
  const wire = allWires.find((one) => one.id === id);
  if (wire === undefined) throw new Error(`no wire ${id}`);
  return new TextDecoder().decode(streamBytes(answer, wire));
}

describe("Chat Completions", () => {
  const good = streamOf("openai-chat");
  const read = (text: string) => chatSurface.readStream(text).violations;

  test("a correct stream has no faults", () => {
    expect(read(good)).toEqual([]);
  });

  test.each([
    ["the end mark is missing", (text: string) => text.replace("data: [DONE]\n\n", "")],
    ["something follows the end mark", (text: string) => `${text}data: {}\n\n`],
    ["the id changes", (text: string) => text.replace("chatcmpl-conformance", "chatcmpl-other")],
    ["the role is missing", (text: string) => text.replace('"role":"assistant",', "")],
    [
      "the finish reason is missing",
      (text: string) => text.replace('"finish_reason":"tool_calls"', '"finish_reason":null'),
    ],
    ["a call begins without its id", (text: string) => text.replace('"id":"c1",', "")],
    [
      "a call begins at 1",
      (text: string) => text.replaceAll('"tool_calls":[{"index":0', '"tool_calls":[{"index":1'),
    ],
    ["arguments are cut", (text: string) => text.replace(/data: [^\n]*"arguments":":1"[^\n]*\n\n/, "")],
    ["usage comes twice", (text: string) => text.replace(/(data: [^\n]*"usage":\{[^\n]*\n\n)/, "$1$1")],
    ["an event is not JSON", (text: string) => `data: {oops\n\n${text}`],
  ])("it is seen that %s", (_what, damage) => {
    expect(damage(good)).not.toBe(good);
    expect(read(damage(good))).not.toEqual([]);
  });
});

describe("Messages", () => {
  const good = streamOf("anthropic-messages");
  const read = (text: string) => messagesSurface.readStream(text).violations;

  test("a correct stream has no faults", () => {
    expect(read(good)).toEqual([]);
  });

  test.each([
    ["the end is missing", (text: string) => text.replace(/event: message_stop\n[^\n]*\n\n/, "")],
    ["the start is missing", (text: string) => text.replace(/event: message_start\n[^\n]*\n\n/, "")],
    ["a block is not closed", (text: string) => text.replace(/event: content_block_stop\n[^\n]*\n\n/, "")],
    ["an index is used twice", (text: string) => text.replaceAll('"index":1', '"index":0')],
    ["a delta does not fit its block", (text: string) => text.replace("text_delta", "input_json_delta")],
    ["the event's name is wrong", (text: string) => text.replace("event: message_delta", "event: message")],
    [
      "the stop reason is missing",
      (text: string) => text.replace('"stop_reason":"tool_use"', '"stop_reason":null'),
    ],
    [
      "the input is cut",
      (text: string) => text.replace(/event: content_block_delta\n[^\n]*"partial_json":":1"[^\n]*\n\n/, ""),
    ],
    [
      "something follows the end",
      (text: string) =>
        `${text}event: error\ndata: {"type":"error","error":{"type":"api_error","message":"x"}}\n\n`,
    ],
  ])("it is seen that %s", (_what, damage) => {
    expect(damage(good)).not.toBe(good);
    expect(read(damage(good))).not.toEqual([]);
  });
});

test("events are read by the rules for server-sent events", () => {
  expect(readEvents("\uFEFF: hi\nevent: a\rdata: 1\r\ndata:2\n\ndata\n\nid: 7\n\ndata: cut")).toEqual([
    { event: "a", data: "1\n2" },
    { event: undefined, data: "" },
  ]);
});
