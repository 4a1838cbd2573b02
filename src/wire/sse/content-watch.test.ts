import { describe, expect, test } from "bun:test";
import { isContent as isMessagesContent } from "../anthropic-messages/is-content.ts";
import { isContent as isGeminiContent } from "../gemini/is-content.ts";
import { isContent as isChatContent } from "../openai-chat/is-content.ts";
import { isContent as isResponsesContent } from "../openai-responses/is-content.ts";
import { ContentWatch } from "./content-watch.ts";

const chat = (delta: object, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});

const candidate = (parts: unknown, more: object = {}) => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
});

describe("of a Gemini stream", () => {
  test.each([
    [false, { candidates: [{ index: 0 }], usageMetadata: { promptTokenCount: 3 } }],
    [false, candidate([])],
    [false, candidate([{ text: "" }])],
    [true, candidate([{ text: "a" }])],
    [true, candidate([{ text: "because", thought: true }])],
    [true, candidate([{ text: "", thoughtSignature: "x" }])],
    [true, candidate([{ functionCall: { name: "f" } }])],
    [true, candidate([], { finishReason: "STOP" })],
    [true, { promptFeedback: { blockReason: "SAFETY" } }],
  ])("%p: %j", (is, payload) => expect(isGeminiContent(payload)).toBe(is));
});

describe("of a Responses stream", () => {
  test.each([
    [false, { type: "response.created", response: {} }],
    [false, { type: "response.in_progress", response: {} }],
    [false, { type: "response.output_item.added", item: { type: "message", content: [] } }],
    [false, { type: "response.content_part.added", part: { type: "output_text", text: "" } }],
    [true, { type: "response.output_item.added", item: { type: "reasoning", summary: [] } }],
    [true, { type: "response.output_item.added", item: { type: "function_call", arguments: "" } }],
    [true, { type: "response.output_text.delta", delta: "a" }],
    [true, { type: "response.completed", response: {} }],
    [true, { type: "response.something_new" }],
  ])("%p: %j", (is, payload) => expect(isResponsesContent(payload)).toBe(is));
});

describe("of a chat stream", () => {
  test.each([
    [false, chat({ role: "assistant", content: "" })],
    [false, chat({ role: "assistant", content: null, refusal: null, tool_calls: [] })],
    [false, { choices: [], prompt_filter_results: [{}] }],
    [true, chat({ content: "a" })],
    [true, chat({ reasoning_content: "because" })],
    [true, chat({ tool_calls: [{ index: 0 }] })],
    [true, chat({}, { finish_reason: "stop" })],
    [true, { object: "something new" }],
  ])("%p: %j", (is, payload) => expect(isChatContent(payload)).toBe(is));
});

describe("of a Messages stream", () => {
  test.each([
    [false, { type: "message_start", message: { usage: {} } }],
    [false, { type: "ping" }],
    [false, { type: "content_block_start", content_block: { type: "text", text: "" } }],
    [
      false,
      { type: "content_block_start", content_block: { type: "thinking", thinking: "", signature: "" } },
    ],
    [true, { type: "content_block_start", content_block: { type: "tool_use", name: "f" } }],
    [true, { type: "content_block_start", content_block: { type: "redacted_thinking", data: "x" } }],
    [true, { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "a" } }],
    [true, { type: "message_delta", delta: { stop_reason: "end_turn" } }],
    [true, { type: "something_new" }],
  ])("%p: %j", (is, payload) => expect(isMessagesContent(payload)).toBe(is));
});

test.each(['"text"', "[1]", "null", "{ not json", "<html>"])(
  "%p cannot be understood, and counts as an answer",
  (payload) => {
    const watch = new ContentWatch(isChatContent);
    watch.push(Buffer.from(`data: ${payload}\n\n`));
    expect(watch.seen).toBe(true);
  },
);

test("content counts when its event is whole, wherever the bytes are cut", () => {
  const stream = Buffer.from(
    `: hi\n\ndata: ${JSON.stringify(chat({ role: "assistant" }))}\n\ndata: {"new":1}\n\n`,
  );
  for (let cut = 0; cut <= stream.length; cut++) {
    const watch = new ContentWatch(isChatContent);
    watch.push(stream.subarray(0, cut));
    expect(watch.seen).toBe(cut === stream.length);
    watch.push(stream.subarray(cut));
    expect(watch.seen).toBe(true);
  }
});

test("an end mark alone is no answer", () => {
  const watch = new ContentWatch(undefined);
  watch.push(Buffer.from("data: [DONE]\n\n"));
  expect([watch.said, watch.seen]).toEqual([false, false]);
});
