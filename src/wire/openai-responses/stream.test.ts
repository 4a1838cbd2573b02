import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import { noUsage } from "../neutral/usage.ts";
import type { JsonObject } from "../read-json.ts";
import { openaiResponses } from "./protocol.ts";
import { packState, unpackState } from "./reasoning-state.ts";

const context = { requestId: "req_abc", created: 5, model: "asked", includeUsage: true };

function decode(payloads: readonly unknown[]): NeutralEvent[] {
  const decoder = openaiResponses.createStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const payload of payloads) {
    const data = typeof payload === "string" ? payload : JSON.stringify(payload);
    decoder.decode({ event: undefined, data }, events);
  }
  decoder.end(events);
  return events;
}

function partsOf(events: readonly NeutralEvent[]) {
  const collector = new ResponseCollector();
  for (const event of events) collector.add(event);
  return collector.response().parts;
}

function encode(events: readonly NeutralEvent[]): JsonObject[] {
  const encoder = openaiResponses.createStreamEncoder(context);
  const text = events.map((event) => encoder.encode(event)).join("");
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
}

const created = { type: "response.created", response: { id: "resp_1", model: "m", status: "in_progress" } };
const completed = { type: "response.completed", response: { id: "resp_1", status: "completed", output: [] } };

describe("from a vendor", () => {
  test("a proxy that changes ids on every event: items are known by their place", () => {
    const events = decode([
      created,
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { id: "c-3", type: "reasoning", summary: [] },
      },
      {
        type: "response.reasoning_summary_part.added",
        item_id: "c-4",
        output_index: 0,
        summary_index: 0,
        part: {},
      },
      {
        type: "response.reasoning_summary_text.delta",
        item_id: "c-5",
        output_index: 0,
        summary_index: 0,
        delta: "a",
      },
      {
        type: "response.reasoning_summary_text.delta",
        item_id: "c-6",
        output_index: 0,
        summary_index: 1,
        delta: "b",
      },
      {
        type: "response.output_item.done",
        output_index: 0,
        item: {
          id: "c-7",
          type: "reasoning",
          encrypted_content: "gAAA",
          summary: [
            { type: "summary_text", text: "a" },
            { type: "summary_text", text: "b" },
          ],
        },
      },
      completed,
    ]);
    const [part] = partsOf(events);
    if (part?.type !== "thinking") throw new Error("no thinking");
    expect(part.text).toBe("a\n\nb");
    expect(unpackState(part.signature ?? "")).toEqual({ id: "c-7", encrypted: "gAAA", pieces: [1, 1] });
  });

  test("a call whose arguments come only at its end, and one that has none", () => {
    const call = (output_index: number, more: object) => ({
      type: "function_call",
      call_id: `call_${output_index}`,
      name: "f",
      arguments: "",
      ...more,
    });
    const events = decode([
      created,
      { type: "response.output_item.added", output_index: 2, item: call(2, {}) },
      { type: "response.function_call_arguments.done", output_index: 2, arguments: '{"a":1}' },
      { type: "response.output_item.done", output_index: 2, item: call(2, { arguments: '{"a":1}' }) },
      { type: "response.output_item.added", output_index: 5, item: call(5, {}) },
      { type: "response.output_item.done", output_index: 5, item: call(5, {}) },
      completed,
    ]);
    expect(partsOf(events)).toMatchObject([
      { id: "call_2", arguments: '{"a":1}' },
      { id: "call_5", arguments: "{}" },
    ]);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "tool_calls" });
  });

  test("two messages, a refusal, annotations and items only this protocol knows", () => {
    const search = { id: "ws_1", type: "web_search_call", status: "completed" };
    const cited = { type: "url_citation", url: "https://a.example" };
    const events = decode([
      created,
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { type: "message", phase: "commentary", content: [] },
      },
      { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "I look." },
      { type: "response.web_search_call.searching", output_index: 1, item_id: "ws_1" },
      { type: "response.output_item.done", output_index: 1, item: search },
      { type: "response.output_text.delta", output_index: 3, content_index: 0, delta: "Found." },
      { type: "response.output_text.annotation.added", output_index: 3, content_index: 0, annotation: cited },
      { type: "response.refusal.delta", output_index: 3, content_index: 1, delta: "No " },
      { type: "response.refusal.done", output_index: 3, content_index: 1, refusal: "No more." },
      completed,
    ]);
    expect(partsOf(events)).toMatchObject([
      { type: "text", text: "I look." },
      { type: "opaque", name: "web_search_call", value: search },
      { type: "text", text: "Found." },
      { type: "refusal", text: "No more." },
    ]);
    expect(events).toContainEqual({ type: "citation", index: 2, protocol: "openai-responses", value: cited });
    expect(events.at(-1)).toEqual({ type: "finish", reason: "refusal" });
  });

  test("a server that tells nothing but the whole answer", () => {
    const output = [{ type: "message", content: [{ type: "output_text", text: "all" }] }];
    const events = decode([
      created,
      { type: "response.completed", response: { status: "completed", output } },
      "[DONE]",
    ]);
    expect(partsOf(events)).toMatchObject([{ type: "text", text: "all" }]);
  });

  test.each([
    [
      { type: "response.incomplete", response: { incomplete_details: { reason: "max_output_tokens" } } },
      "max_tokens",
    ],
    [
      { type: "response.incomplete", response: { incomplete_details: { reason: "content_filter" } } },
      "content_filter",
    ],
  ])("%j", (payload, reason) => {
    expect(decode([created, payload]).at(-1)).toEqual({ type: "finish", reason: reason as "max_tokens" });
  });

  test.each<[unknown, object]>([
    [
      { type: "error", code: "rate_limit_exceeded", message: "slow", param: null },
      { kind: "rate_limited", status: 429 },
    ],
    [{ type: "error", error: { type: "server_error", code: null, message: "x" } }, { kind: "server_error" }],
    [
      { type: "response.failed", response: { error: { code: "context_length_exceeded", message: "long" } } },
      { kind: "context_exceeded", status: 400 },
    ],
    [{ type: "response.failed", response: {} }, { kind: "server_error" }],
    ["not json", { code: "stream_malformed" }],
  ])("the failure %j", (payload, error) => {
    const events = decode([created, payload, completed]);
    expect(events.at(-1)).toMatchObject({ type: "error", error });
  });

  test("a stream that just stops is truncated, and its parts are ended", () => {
    const delta = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "Hel" };
    const events = decode([created, delta, "[DONE]"]);
    expect(events.slice(-2)).toMatchObject([
      { type: "part-end" },
      { type: "error", error: { code: "stream_truncated" } },
    ]);
  });

  test("usage of a failed answer is told before the error", () => {
    const response = {
      error: { code: "server_error", message: "x" },
      usage: { input_tokens: 3, output_tokens: 1 },
    };
    const events = decode([created, { type: "response.failed", response }]);
    expect(events.slice(-2)).toMatchObject([{ type: "usage", usage: { input: 3 } }, { type: "error" }]);
  });
});

describe("to a client", () => {
  const usage = {
    type: "usage",
    usage: { ...noUsage, input: 3, cacheRead: 2, output: 4, reasoning: 1 },
  } as const;

  test("C002: parallel calls are told as they come, each under its own item", () => {
    const events = encode([
      { type: "start", id: "x", model: "claude" },
      { type: "part-start", index: 0, part: { type: "tool_call", id: "a", name: "f", kind: "function" } },
      { type: "part-start", index: 1, part: { type: "tool_call", id: "b", name: "g", kind: "custom" } },
      { type: "arguments-delta", index: 0, text: '{"x":' },
      { type: "arguments-delta", index: 1, text: "free" },
      { type: "arguments-delta", index: 0, text: "1}" },
      { type: "part-end", index: 0 },
      { type: "part-end", index: 1 },
      usage,
      { type: "finish", reason: "tool_calls" },
    ]);
    const deltas = events.filter(({ type }) => String(type).endsWith(".delta"));
    expect(deltas.map(({ type, item_id, delta }) => [type, item_id, delta])).toEqual([
      ["response.function_call_arguments.delta", "fc_abc_0", '{"x":'],
      ["response.custom_tool_call_input.delta", "ctc_abc_1", "free"],
      ["response.function_call_arguments.delta", "fc_abc_0", "1}"],
    ]);
    expect(events.at(-1)).toMatchObject({
      type: "response.completed",
      response: {
        id: "resp_abc",
        model: "claude",
        status: "completed",
        output: [
          {
            id: "fc_abc_0",
            type: "function_call",
            call_id: "a",
            name: "f",
            arguments: '{"x":1}',
            status: "completed",
          },
          { id: "ctc_abc_1", type: "custom_tool_call", call_id: "b", name: "g", input: "free" },
        ],
        usage: {
          input_tokens: 5,
          input_tokens_details: { cached_tokens: 2 },
          output_tokens: 4,
          output_tokens_details: { reasoning_tokens: 1 },
          total_tokens: 9,
        },
      },
    });
  });

  test("C014: what was cut is incomplete, item and response", () => {
    const events = encode([
      { type: "part-start", index: 0, part: { type: "text" } },
      { type: "text-delta", index: 0, text: "Hel" },
      { type: "part-end", index: 0 },
      usage,
      { type: "finish", reason: "max_tokens" },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: "response.incomplete",
      response: {
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [{ type: "message", status: "incomplete" }],
      },
    });
  });

  test("C029: foreign reasoning is a summary under an envelope that says whose it is", () => {
    const events = encode([
      {
        type: "part-start",
        index: 0,
        part: { type: "thinking", origin: { protocol: "anthropic-messages" } },
      },
      { type: "thinking-delta", index: 0, text: "hm" },
      { type: "signature", index: 0, signature: "s+/=" },
      { type: "part-end", index: 0 },
      { type: "part-start", index: 1, part: { type: "text" } },
      { type: "text-delta", index: 1, text: "a" },
      { type: "part-end", index: 1 },
      { type: "finish", reason: "stop" },
    ]);
    expect(events.find(({ type }) => type === "response.reasoning_summary_text.done")).toMatchObject({
      item_id: "rs_abc_0",
      summary_index: 0,
      text: "hm",
    });
    const { response } = events.at(-1) as { response: { output: unknown[] } };
    const request = openaiResponses.decodeRequest({
      model: "m",
      input: [...response.output, { role: "user", content: "?" }],
    });
    expect(request.messages[0]?.parts).toEqual([
      { type: "thinking", text: "hm", signature: "s+/=", origin: { protocol: "anthropic-messages" } },
      { type: "text", text: "a" },
    ]);
  });

  test("a signature on a call itself survives the client's next turn", () => {
    const signed = { signature: "Zz8=", origin: { protocol: "gemini" } } as const;
    const events = encode([
      {
        type: "part-start",
        index: 0,
        part: { type: "tool_call", id: "a", name: "f", kind: "function", ...signed },
      },
      { type: "arguments-delta", index: 0, text: "{}" },
      { type: "part-end", index: 0 },
      { type: "finish", reason: "tool_calls" },
    ]);
    const { response } = events.at(-1) as { response: { output: unknown[] } };
    const output = { type: "function_call_output", call_id: "a", output: "ok" };
    const request = openaiResponses.decodeRequest({ model: "m", input: [...response.output, output] });
    expect(request.messages[0]?.parts).toMatchObject([{ type: "tool_call", id: "a", ...signed }]);
  });

  test("a long text is told again whole at its end, as is a short one", () => {
    for (const whole of ["short “x”", '“a "long" one\\\n\u0001 \u{1F600}\uD83D”'.repeat(400)]) {
      const events = encode([
        { type: "part-start", index: 0, part: { type: "text" } },
        { type: "text-delta", index: 0, text: whole.slice(0, 9) },
        { type: "text-delta", index: 0, text: whole.slice(9) },
        { type: "part-end", index: 0 },
        { type: "finish", reason: "stop" },
      ]);
      const content = [{ type: "output_text", text: whole, annotations: [], logprobs: [] }];
      expect(events.slice(-4)).toMatchObject([
        { type: "response.output_text.done", text: whole },
        { type: "response.content_part.done", part: content[0] },
        { type: "response.output_item.done", item: { content } },
        { type: "response.completed", response: { output: [{ content }] } },
      ]);
    }
  });

  test("a failure after the beginning is an error event and a failed response", () => {
    const encoder = openaiResponses.createStreamEncoder(context);
    const begun = encoder.encode({ type: "part-start", index: 0, part: { type: "text" } });
    const error = new PenstockError("upstream_truncated", { fields: { provider: "p" } });
    const told = [...(begun + encoder.encodeFailure?.(error)).matchAll(/^data: (.*)$/gm)].map(([, data]) =>
      JSON.parse(data ?? ""),
    );
    expect(told.map(({ sequence_number }) => sequence_number)).toEqual(told.map((_, i) => i));
    expect(told.slice(-2)).toMatchObject([
      { type: "error", code: "upstream_truncated", error: { code: "upstream_truncated" } },
      { type: "response.failed", response: { status: "failed", error: { code: "server_error" } } },
    ]);
  });

  test("an answer without content is a whole response all the same", () => {
    expect(encode([{ type: "finish", reason: "stop" }]).map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.completed",
    ]);
  });
});

test("a state without more than its text is that text", () => {
  expect(packState({ encrypted: "gAAA" })).toBe("gAAA");
  expect(unpackState("gAAA")).toEqual({ encrypted: "gAAA" });
  expect(unpackState("{not json")).toEqual({ encrypted: "{not json" });
});
