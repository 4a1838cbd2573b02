import { describe, expect, test } from "bun:test";
import { streamBytes } from "../run/play-script.ts";
import { translated } from "../run/replay.ts";
import { allWires } from "../wires/all-wires.ts";
import { messagesSurface } from "./anthropic-messages.ts";
import { geminiSurface } from "./gemini.ts";
import { chatSurface } from "./openai-chat.ts";
import { responsesSurface } from "./openai-responses.ts";
import { readEvents } from "./read-events.ts";
import type { SurfaceAdapter } from "./surface.ts";

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

/** The stream of a chat vendor as a client of this surface gets it. */
function toldTo(surface: SurfaceAdapter): string {
  const wire = allWires.find(({ id }) => id === "openai-chat");
  if (wire === undefined) throw new Error("no wire");
  return translated([streamBytes(answer, wire)], { surface, wire });
}

/** Without the event of this name whose payload has this text. */
function without(name: string, payload = ""): (text: string) => string {
  return (text) =>
    text
      .split("\n\n")
      .filter((event) => !(event.startsWith(`event: ${name}\n`) && event.includes(payload)))
      .join("\n\n");
}

/** The events in a row again, so that a fault is seen by what is missing and not by a gap in the numbers. */
function renumbered(text: string): string {
  let next = 0;
  return text.replaceAll(/"sequence_number":\d+/g, () => `"sequence_number":${next++}`);
}

describe("Responses", () => {
  const good = toldTo(responsesSurface);
  const read = (text: string) => responsesSurface.readStream(text).violations;

  test("a correct stream has no faults", () => {
    expect(read(good)).toEqual([]);
    expect(read(renumbered(good))).toEqual([]);
    expect(read(`${good}data: [DONE]\n\n`)).toEqual([]);
  });

  test("an event that is missing is seen by the numbers", () => {
    expect(read(without("response.in_progress")(good))).toEqual([
      "response.output_item.added has the number 2 after 0",
    ]);
  });

  test.each([
    ["the start is missing", without("response.created")],
    ["the end is missing", without("response.completed")],
    ["an item does not begin", without("response.output_item.added", '"function_call"')],
    ["an item does not end", without("response.output_item.done", '"function_call"')],
    ["a part does not begin", without("response.content_part.added")],
    ["a part does not end", without("response.content_part.done")],
    ["a part of a summary does not begin", without("response.reasoning_summary_part.added")],
    ["a text does not end", without("response.output_text.done")],
    ["a piece of the text is missing", without("response.output_text.delta", '"He"')],
    ["a piece of the arguments is missing", without("response.function_call_arguments.delta", ":1")],
    ["the arguments do not end", without("response.function_call_arguments.done")],
    ["an item changes its id", (text: string) => text.replace('"item_id":"msg_', '"item_id":"msg_x')],
    ["items have one place", (text: string) => text.replaceAll('"output_index":1', '"output_index":0')],
    ["the event's name is wrong", (text: string) => text.replace("event: response.completed", "event: done")],
    [
      "the status is wrong",
      (text: string) =>
        text.replace(/(event: response\.completed\n.*)"status":"completed"/, '$1"status":"failed"'),
    ],
    [
      "an item begins with its arguments",
      (text: string) => text.replace('"arguments":""', '"arguments":"{}"'),
    ],
    ["usage does not add up", (text: string) => text.replace('"total_tokens":38', '"total_tokens":39')],
    ["the id has no prefix", (text: string) => text.replaceAll('"fc_', '"call_')],
    [
      "something follows the end",
      (text: string) =>
        `${text}event: response.in_progress\ndata: {"type":"response.in_progress","sequence_number":99}\n\n`,
    ],
  ])("it is seen that %s", (_what, damage) => {
    expect(damage(good)).not.toBe(good);
    expect(read(renumbered(damage(good)))).not.toEqual([]);
  });
});

describe("Gemini", () => {
  const good = toldTo(geminiSurface);
  const read = (text: string) => geminiSurface.readStream(text).violations;

  test("a correct stream has no faults", () => {
    expect(read(good)).toEqual([]);
  });

  test.each([
    ["the finish reason is missing", (text: string) => text.replace('"finishReason":"STOP",', "")],
    [
      "the finish reason is unknown",
      (text: string) => text.replace('"finishReason":"STOP"', '"finishReason":"stop"'),
    ],
    ["usage is missing", (text: string) => text.replace(/"usageMetadata":\{[^}]*\},/, "")],
    ["usage does not add up", (text: string) => text.replace('"totalTokenCount":38', '"totalTokenCount":39')],
    ["the id changes", (text: string) => text.replace(/"responseId":"[^"]*"/, '"responseId":"other"')],
    [
      "a part holds two things",
      (text: string) => text.replace('{"functionCall":', '{"text":"x","functionCall":'),
    ],
    ["arguments are a text", (text: string) => text.replace('"args":{"a":1}', '"args":"{}"')],
    [
      "a signature is not base64",
      (text: string) => text.replace('"thought":true', '"thought":true,"thoughtSignature":"a.b"'),
    ],
    ["the role is another", (text: string) => text.replace('"role":"model"', '"role":"assistant"')],
    ["events have names", (text: string) => text.replace("data: ", "event: message\ndata: ")],
    ["something follows the end", (text: string) => text + text],
    ["an event is not JSON", (text: string) => `data: {oops\n\n${text}`],
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
