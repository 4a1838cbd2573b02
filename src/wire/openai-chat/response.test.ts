import { expect, test } from "bun:test";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage } from "../neutral/usage.ts";
import { openaiChat } from "./protocol.ts";

const context = { requestId: "req_x", created: 11, model: "asked", includeUsage: false };

function answer(message: object, rest: object = {}): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 3,
    model: "m-1",
    choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: "stop" }],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    ...rest,
  };
}

test("a tool call of a vendor that says stop, without id and with an object for arguments", () => {
  const response = openaiChat.decodeResponse(
    answer({
      tool_calls: [
        { type: "function", function: { name: "f", arguments: { a: 1 } } },
        { type: "custom", id: "c2", custom: { name: "sh", input: "ls" } },
        { id: "c3", function: { name: "g", arguments: "" } },
      ],
    }),
  );
  expect(response.stopReason).toBe("tool_calls");
  expect(response.parts).toEqual([
    { type: "tool_call", id: "call_chatcmpl1_0", name: "f", arguments: '{"a":1}', kind: "function" },
    { type: "tool_call", id: "c2", name: "sh", arguments: "ls", kind: "custom" },
    { type: "tool_call", id: "c3", name: "g", arguments: "{}", kind: "function" },
  ]);
});

test("MAI's encrypted reasoning, parts as content, a refusal, annotations", () => {
  const annotations = [{ type: "url_citation", url_citation: { url: "https://a.test" } }];
  const response = openaiChat.decodeResponse(
    answer({
      reasoning: { encrypted_content: "ENC", content: "why", summary: null },
      content: [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
      refusal: "no",
      annotations,
    }),
  );
  expect(response.parts).toEqual([
    { type: "thinking", text: "why", origin: { protocol: "openai-chat" } },
    { type: "redacted_thinking", data: "ENC", origin: { protocol: "openai-chat" } },
    { type: "text", text: "ab", citations: { protocol: "openai-chat", value: annotations } },
    { type: "refusal", text: "no" },
  ]);
  expect(JSON.parse(openaiChat.encodeResponse(response, context)).choices[0].message).toMatchObject({
    content: "ab",
    refusal: "no",
    annotations,
    reasoning_content: "why",
  });
});

test.each([
  [null, "not a JSON object"],
  [{}, "no choice"],
  [{ choices: [] }, "no choice"],
  [{ choices: [null] }, "no choice"],
  [{ choices: [{ text: "old completions" }] }, "no choice"],
])("%j is not an answer", (body, words) => {
  expect(() => openaiChat.decodeResponse(body)).toThrow(words);
});

test("an error sent as a success is an error with its status", () => {
  const body = { error: { code: 429, message: "secret-looking words" } };
  expect(() => openaiChat.decodeResponse(body)).toThrow("answered 429");
  expect(() => openaiChat.decodeResponse(body)).not.toThrow("secret-looking");
});

const claude: NeutralResponse = {
  id: "msg_1",
  model: "claude-x",
  parts: [
    { type: "thinking", text: "hm", signature: "S=", origin: { protocol: "anthropic-messages" } },
    { type: "redacted_thinking", data: "D", origin: { protocol: "anthropic-messages" } },
    { type: "tool_call", id: "toolu_1", name: "f", arguments: "", kind: "function" },
    { type: "tool_call", id: "", name: "f", arguments: "{}", kind: "function" },
  ],
  stopReason: "tool_calls",
  usage: { ...noUsage, input: 10, cacheRead: 4, cacheWrite5m: 2, cacheWrite1h: 1, output: 8, reasoning: 3 },
};

test("a Messages vendor's answer as a Chat client expects it", () => {
  expect(JSON.parse(openaiChat.encodeResponse(claude, context))).toEqual({
    id: "msg_1",
    object: "chat.completion",
    created: 11,
    model: "claude-x",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          refusal: null,
          annotations: [],
          reasoning_content: "hm",
          reasoning_details: [
            { type: "reasoning.text", text: "hm", signature: "S=", format: "anthropic-claude-v1", index: 0 },
            { type: "reasoning.encrypted", data: "D", format: "anthropic-claude-v1", index: 1 },
          ],
          tool_calls: [
            { id: "toolu_1", type: "function", function: { name: "f", arguments: "{}" } },
            { id: "call_reqx_1", type: "function", function: { name: "f", arguments: "{}" } },
          ],
        },
        logprobs: null,
        finish_reason: "tool_calls",
      },
    ],
    usage: {
      prompt_tokens: 17,
      completion_tokens: 8,
      total_tokens: 25,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 3, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 3,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    system_fingerprint: null,
  });
});

test.each([
  ["max_tokens", "length"],
  ["context_exceeded", "length"],
  ["stop_sequence", "stop"],
  ["pause", "stop"],
  ["refusal", "content_filter"],
  ["content_filter", "content_filter"],
] as const)("%s is told as %s", (stopReason, finish) => {
  const body = openaiChat.encodeResponse({ ...claude, parts: [], stopReason }, context);
  expect(JSON.parse(body).choices[0].finish_reason).toBe(finish);
  expect(JSON.parse(body).choices[0].message.content).toBe("");
});
