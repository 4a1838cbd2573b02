import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage } from "../neutral/usage.ts";
import { decodeResponse, readUsage } from "./decode-response.ts";
import { encodeResponse } from "./encode-response.ts";

const context = { requestId: "req_7", created: 0, model: "asked", includeUsage: false };
const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-x",
  content: [{ type: "text", text: "hi" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 2 },
};

const encode = (response: Partial<NeutralResponse>) =>
  JSON.parse(
    encodeResponse(
      { id: "", model: "", parts: [], stopReason: "stop", usage: noUsage, ...response },
      context,
    ),
  );

describe("from a vendor", () => {
  test("blocks, usage with cache buckets and tier", () => {
    const search = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "q" } };
    const raw = {
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      output_tokens: 40,
      output_tokens_details: { thinking_tokens: 15 },
      service_tier: "standard",
    };
    const citations = [{ type: "web_search_result_location", url: "https://x" }];
    expect(
      decodeResponse({
        ...message,
        content: [
          { type: "thinking", thinking: "hm", signature: "s" },
          { type: "redacted_thinking", data: "d" },
          search,
          { type: "fallback", from: { model: "a" }, to: { model: "b" } },
          { type: "text", text: "t", citations },
          { type: "tool_use", id: "toolu_1", name: "f", input: { a: 1 }, caller: { type: "direct" } },
        ],
        stop_reason: "tool_use",
        usage: raw,
      }),
    ).toEqual({
      id: "msg_1",
      model: "claude-x",
      parts: [
        { type: "thinking", text: "hm", signature: "s", origin: { protocol: "anthropic-messages" } },
        { type: "redacted_thinking", data: "d", origin: { protocol: "anthropic-messages" } },
        { type: "opaque", name: "server_tool_use", protocol: "anthropic-messages", value: search },
        { type: "text", text: "t", citations: { protocol: "anthropic-messages", value: citations } },
        { type: "tool_call", id: "toolu_1", name: "f", arguments: '{"a":1}', kind: "function" },
      ],
      stopReason: "tool_calls",
      usage: {
        input: 10,
        cacheRead: 20,
        cacheWrite5m: 10,
        cacheWrite1h: 20,
        output: 40,
        reasoning: 15,
        audioInput: 0,
        audioOutput: 0,
        serviceTier: "standard",
        raw,
      },
      serviceTier: "standard",
    });
  });

  test.each([
    ["end_turn", "stop"],
    ["max_tokens", "max_tokens"],
    ["stop_sequence", "stop_sequence"],
    ["tool_use", "stop"],
    ["pause_turn", "pause"],
    ["refusal", "refusal"],
    ["model_context_window_exceeded", "context_exceeded"],
    ["of_the_future", "stop"],
  ] as const)("stop_reason %s without calls is %s", (stop_reason, expected) => {
    expect(decodeResponse({ ...message, stop_reason }).stopReason).toBe(expected);
  });

  test("C032: an answer cut before its first word is empty, with its reason and usage", () => {
    const { parts, stopReason, usage } = decodeResponse({
      ...message,
      content: [],
      stop_reason: "max_tokens",
    });
    expect(parts).toEqual([]);
    expect(stopReason).toBe("max_tokens");
    expect(usage.input).toBe(5);
  });

  test("the words of a refusal are a part of the answer", () => {
    const stop_details = { type: "refusal", category: "cyber", explanation: "No." };
    const answer = decodeResponse({ ...message, content: [], stop_reason: "refusal", stop_details });
    expect(answer.parts).toEqual([{ type: "refusal", text: "No." }]);
  });

  test("the answer given through the JSON tool is text", () => {
    const content = [{ type: "tool_use", id: "t", name: "penstock_json_output", input: { n: 4 } }];
    const answer = decodeResponse({ ...message, content, stop_reason: "tool_use" });
    expect(answer.parts).toEqual([{ type: "text", text: '{"n":4}' }]);
    expect(answer.stopReason).toBe("stop");
  });

  test.each([[null], [[]], ["<html>"], [{}], [{ type: "error", error: { type: "overloaded_error" } }]])(
    "%j is no message",
    (body) => {
      expect(() => decodeResponse(body)).toThrow(PenstockError);
    },
  );

  test("usage of a relayed message", () => {
    expect(readUsage(message)).toMatchObject({ input: 5, output: 2 });
    expect(readUsage({ ...message, usage: undefined })).toBeUndefined();
  });
});

describe("to a client", () => {
  test("C101: input excludes what came from the cache", () => {
    const usage = {
      ...noUsage,
      input: 10,
      cacheRead: 90,
      cacheWrite5m: 3,
      cacheWrite1h: 4,
      output: 5,
      reasoning: 2,
    };
    expect(encode({ usage }).usage).toEqual({
      input_tokens: 10,
      cache_creation_input_tokens: 7,
      cache_read_input_tokens: 90,
      output_tokens: 5,
      output_tokens_details: { thinking_tokens: 2 },
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
    });
  });

  test("an id and a model are always there", () => {
    expect(encode({})).toMatchObject({
      id: "msg_7",
      model: "asked",
      type: "message",
      role: "assistant",
      content: [],
    });
  });

  test("a call makes the stop reason, whatever the vendor said", () => {
    const call = {
      type: "tool_call",
      id: "c",
      name: "f",
      arguments: '{"id":98765432109876543210}',
      kind: "function",
    } as const;
    const text = encodeResponse(
      { id: "x", model: "m", parts: [call], stopReason: "stop", usage: noUsage },
      context,
    );
    expect(text).toContain('"stop_reason":"tool_use"');
    expect(text).toContain('"input":{"id":98765432109876543210}');
  });

  test("a refusal in words is a refusal", () => {
    expect(encode({ parts: [{ type: "refusal", text: "No." }] })).toMatchObject({
      content: [],
      stop_reason: "refusal",
      stop_details: { type: "refusal", category: null, explanation: "No." },
    });
  });

  test("no empty text, no foreign blocks", () => {
    const parts = [
      { type: "text", text: "" },
      { type: "opaque", name: "web_search_call", protocol: "openai-responses", value: {} },
    ] as const;
    expect(encode({ parts }).content).toEqual([]);
  });
});

test("a message told again is the same message", () => {
  const rich = {
    ...message,
    content: [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "text", text: "t" },
      { type: "tool_use", id: "toolu_1", name: "f", input: { a: [1, { b: null }] } },
    ],
    stop_reason: "tool_use",
    stop_details: null,
    usage: {
      input_tokens: 5,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 2,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      service_tier: "standard",
    },
  };
  expect(JSON.parse(encodeResponse(decodeResponse(rich), context))).toEqual(rich);
});
