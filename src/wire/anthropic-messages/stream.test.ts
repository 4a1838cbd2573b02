import { describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import fc from "fast-check";
import type { NeutralEvent } from "../neutral/event.ts";
import { noUsage } from "../neutral/usage.ts";
import { MessagesStreamDecoder } from "./decode-stream.ts";
import { keepalive, MessagesStreamEncoder } from "./encode-stream.ts";

const context = { requestId: "req_1", created: 0, model: "asked", includeUsage: false };

function decode(...payloads: readonly unknown[]): NeutralEvent[] {
  const decoder = new MessagesStreamDecoder();
  const events: NeutralEvent[] = [];
  for (const payload of payloads) {
    const data = typeof payload === "string" ? payload : JSON.stringify(payload);
    decoder.decode({ event: undefined, data }, events);
  }
  decoder.end(events);
  return events;
}

function encode(...events: readonly NeutralEvent[]): string {
  const encoder = new MessagesStreamEncoder(context);
  return events.map((event) => encoder.encode(event)).join("");
}

interface Payload {
  readonly type: string;
  readonly index?: number;
  readonly message?: object;
  readonly content_block?: { readonly type: string };
  readonly error?: object;
  readonly delta?: Readonly<Record<string, unknown>>;
}

/** The payloads of a stream; each event's name must be its type. */
function payloads(text: string): Payload[] {
  return text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => {
      const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(frame) ?? [];
      const payload = JSON.parse(data ?? "null");
      expect(payload.type).toBe(event);
      return payload;
    });
}

async function accumulate(body: string): Promise<Anthropic.Message> {
  const client = new Anthropic({ apiKey: "k", maxRetries: 0, fetch: async () => new Response(body) });
  const stream = client.messages.stream({
    model: "m",
    max_tokens: 1,
    messages: [{ role: "user", content: "x" }],
  });
  return stream.finalMessage();
}

const start = {
  type: "message_start",
  message: { id: "msg_1", model: "claude-x", content: [], usage: { input_tokens: 9, output_tokens: 1 } },
};
const blockStart = (index: number, content_block: object) => ({
  type: "content_block_start",
  index,
  content_block,
});
const blockDelta = (index: number, delta: object) => ({ type: "content_block_delta", index, delta });
const blockStop = (index: number) => ({ type: "content_block_stop", index });
const end = (stop_reason: string, more: object = {}) => ({
  type: "message_delta",
  delta: { stop_reason, stop_sequence: null, ...more },
  usage: { output_tokens: 7 },
});
const stop = { type: "message_stop" };
const tool = { type: "tool_use", id: "toolu_1", name: "f", input: {} };
const last = (events: readonly NeutralEvent[]) => events.at(-1);

describe("from a vendor", () => {
  test("C001, C058: thinking, text and a call stay apart, with signature and arguments exact", () => {
    const events = decode(
      start,
      blockStart(0, { type: "thinking", thinking: "", signature: "" }),
      { type: "ping" },
      blockDelta(0, { type: "thinking_delta", thinking: "hm" }),
      blockDelta(0, { type: "signature_delta", signature: "Es+/=" }),
      blockStop(0),
      blockStart(1, { type: "redacted_thinking", data: "Em==" }),
      blockStop(1),
      blockStart(2, { type: "text", text: "" }),
      blockDelta(2, { type: "text_delta", text: "so" }),
      blockStop(2),
      blockStart(3, tool),
      blockDelta(3, { type: "input_json_delta", partial_json: "" }),
      blockDelta(3, { type: "input_json_delta", partial_json: '{"a"' }),
      blockDelta(3, { type: "input_json_delta", partial_json: ":1}" }),
      blockStop(3),
      end("tool_use"),
      stop,
    );
    const origin = { protocol: "anthropic-messages" } as const;
    expect(events.filter(({ type }) => type !== "usage")).toEqual([
      { type: "start", id: "msg_1", model: "claude-x" },
      { type: "part-start", index: 0, part: { type: "thinking", origin } },
      { type: "ping" },
      { type: "thinking-delta", index: 0, text: "hm" },
      { type: "signature", index: 0, signature: "Es+/=" },
      { type: "part-end", index: 0 },
      { type: "part-start", index: 1, part: { type: "redacted_thinking", data: "Em==", origin } },
      { type: "part-end", index: 1 },
      { type: "part-start", index: 2, part: { type: "text" } },
      { type: "text-delta", index: 2, text: "so" },
      { type: "part-end", index: 2 },
      {
        type: "part-start",
        index: 3,
        part: { type: "tool_call", id: "toolu_1", name: "f", kind: "function" },
      },
      { type: "arguments-delta", index: 3, text: '{"a"' },
      { type: "arguments-delta", index: 3, text: ":1}" },
      { type: "part-end", index: 3 },
      { type: "finish", reason: "tool_calls" },
    ]);
  });

  test("usage is cumulative, and zeros do not undo what was known", () => {
    const delta = {
      ...end("end_turn"),
      usage: { input_tokens: 0, output_tokens: 7, cache_read_input_tokens: 3 },
    };
    const usages = decode(start, delta, stop).filter((event) => event.type === "usage");
    expect(usages.map(({ usage }) => [usage.input, usage.cacheRead, usage.output])).toEqual([
      [9, 0, 1],
      [9, 3, 7],
    ]);
  });

  test.each([
    ["no arguments", [], "{}"],
    ["all of them at the start", [blockStart(0, { ...tool, input: { a: 1 } })], '{"a":1}'],
  ])("a call with %s", (_name, starts, expected) => {
    const events = decode(
      start,
      ...(starts.length > 0 ? starts : [blockStart(0, tool)]),
      blockStop(0),
      end("tool_use"),
      stop,
    );
    expect(events.filter((event) => event.type === "arguments-delta").map(({ text }) => text)).toEqual([
      expected,
    ]);
  });

  test("blocks of server tools are whole values, citations go with their text", () => {
    const found = { type: "web_search_tool_result", tool_use_id: "s", content: [{ url: "https://x" }] };
    const citation = { type: "web_search_result_location", url: "https://x" };
    const events = decode(
      start,
      blockStart(0, { type: "server_tool_use", id: "s", name: "web_search", input: {} }),
      blockDelta(0, { type: "input_json_delta", partial_json: '{"query":' }),
      blockDelta(0, { type: "input_json_delta", partial_json: '"q"}' }),
      blockStop(0),
      blockStart(1, found),
      blockStop(1),
      blockStart(3, { type: "text", text: "", citations: [] }),
      blockDelta(3, { type: "citations_delta", citation }),
      blockDelta(3, { type: "text_delta", text: "so" }),
      blockStop(3),
      end("end_turn"),
      stop,
    );
    const parts = events.flatMap((event) => (event.type === "part-start" ? [[event.index, event.part]] : []));
    expect(parts).toMatchObject([
      [0, { type: "opaque", name: "server_tool_use", value: { input: { query: "q" } } }],
      [1, { type: "opaque", name: "web_search_tool_result", value: found }],
      [2, { type: "text" }],
    ]);
    expect(events).toContainEqual({
      type: "citation",
      index: 2,
      protocol: "anthropic-messages",
      value: citation,
    });
    // A client of the same protocol gets all of it back.
    const told = payloads(encode(...events));
    expect(
      told
        .filter(({ type }) => type === "content_block_start")
        .map(({ content_block }) => content_block?.type),
    ).toEqual(["server_tool_use", "web_search_tool_result", "text"]);
    expect(told.find(({ delta }) => delta?.type === "input_json_delta")?.delta?.partial_json).toBe(
      '{"query":"q"}',
    );
  });

  test("a refusal is a part with its explanation", () => {
    const details = { stop_details: { type: "refusal", explanation: "No." } };
    const events = decode(start, end("refusal", details), stop);
    expect(events).toContainEqual({ type: "refusal-delta", index: 0, text: "No." });
    expect(last(events)).toEqual({ type: "finish", reason: "refusal" });
  });

  test("an answer through the JSON tool streams as text", () => {
    const events = decode(
      start,
      blockStart(0, { ...tool, name: "penstock_json_output" }),
      blockDelta(0, { type: "input_json_delta", partial_json: '{"n":' }),
      blockDelta(0, { type: "input_json_delta", partial_json: "4}" }),
      blockStop(0),
      end("tool_use"),
      stop,
    );
    expect(events.flatMap((event) => (event.type === "text-delta" ? [event.text] : [])).join("")).toBe(
      '{"n":4}',
    );
    expect(last(events)).toEqual({ type: "finish", reason: "stop" });
  });

  test("unknown events, deltas and blocks are no errors", () => {
    const events = decode(
      start,
      { type: "of_the_future", index: 0 },
      blockStart(0, { type: "text", text: "" }),
      blockDelta(0, { type: "future_delta", x: 1 }),
      blockStop(0),
      blockStart(1, { type: "fallback" }),
      blockStop(1),
      end("end_turn"),
      stop,
    );
    expect(last(events)?.type).toBe("finish");
    expect(events.filter(({ type }) => type === "part-start")).toHaveLength(1);
  });

  test("overloaded as the first event is status 529", () => {
    const events = decode({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
    expect(events).toEqual([
      {
        type: "error",
        error: { kind: "overloaded", status: 529, message: "Overloaded", code: "overloaded_error" },
      },
    ]);
  });

  test("an error in the middle ends open parts and everything else", () => {
    const events = decode(
      start,
      blockStart(0, { type: "text", text: "a" }),
      { type: "error", error: { type: "api_error", message: "x" } },
      stop,
    );
    expect(events.slice(-2)).toMatchObject([{ type: "part-end" }, { type: "error", error: { status: 500 } }]);
  });

  test("a second message is taken only while nothing was shown", () => {
    const second = { ...start, message: { ...start.message, usage: { input_tokens: 4, output_tokens: 0 } } };
    const fine = decode(start, second, end("end_turn"), stop);
    expect(fine.filter(({ type }) => type === "start")).toHaveLength(1);
    expect(last(fine)?.type).toBe("finish");
    expect(fine.findLast((event) => event.type === "usage")?.usage.input).toBe(4);
    const spliced = decode(start, blockStart(0, { type: "text", text: "a" }), second, end("end_turn"), stop);
    expect(last(spliced)).toMatchObject({ type: "error", error: { code: "stream_malformed" } });
  });

  test("only the farewell may be missing", () => {
    expect(last(decode(start, end("end_turn")))?.type).toBe("finish");
    expect(last(decode(start))).toMatchObject({
      type: "error",
      error: { code: "stream_truncated", status: 502 },
    });
    expect(last(decode())).toMatchObject({ type: "error" });
  });

  test.each([["{"], ["[]"], [blockDelta(5, { type: "text_delta", text: "x" })]])(
    "%j is an error event, not a throw",
    (payload) => {
      expect(last(decode(start, payload, stop))).toMatchObject({ type: "error", error: { status: 502 } });
    },
  );

  test("whatever comes, the events keep their grammar", () => {
    const anything = fc.oneof(
      fc.constantFrom(
        start,
        stop,
        end("end_turn"),
        blockStart(0, tool),
        blockStart(1, { type: "text" }),
        blockStop(0),
        blockStop(1),
      ),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(anything), (sent) => {
        const events = decode(...sent);
        const terminal = events.filter(({ type }) => type === "finish" || type === "error");
        expect(terminal).toHaveLength(1);
        expect(last(events)).toBe(terminal[0]);
        const begun = events.filter(({ type }) => type === "part-start").length;
        expect(events.filter(({ type }) => type === "part-end")).toHaveLength(begun);
      }),
    );
  });
});

const begin: NeutralEvent = { type: "start", id: "chatcmpl-1", model: "gpt-x" };
const finish: NeutralEvent = { type: "finish", reason: "stop" };
const called = (index: number): NeutralEvent => ({
  type: "part-start",
  index,
  part: { type: "tool_call", id: `call_${index}`, name: "f", kind: "function" },
});
const args = (index: number, text: string): NeutralEvent => ({ type: "arguments-delta", index, text });
const ended = (index: number): NeutralEvent => ({ type: "part-end", index });

describe("to a client", () => {
  test("the grammar, with usage at both ends and a reason from what was sent (C010)", () => {
    const usage = { ...noUsage, input: 3, output: 4 };
    const sent = payloads(
      encode(
        begin,
        { type: "usage", usage: { ...noUsage, input: 3 } },
        { type: "part-start", index: 0, part: { type: "text" } },
        { type: "text-delta", index: 0, text: "hi" },
        ended(0),
        called(1),
        args(1, "{}"),
        ended(1),
        { type: "usage", usage },
        finish,
      ),
    );
    expect(sent.map(({ type, index }) => [type, index])).toEqual([
      ["message_start", undefined],
      ["content_block_start", 0],
      ["content_block_delta", 0],
      ["content_block_stop", 0],
      ["content_block_start", 1],
      ["content_block_delta", 1],
      ["content_block_stop", 1],
      ["message_delta", undefined],
      ["message_stop", undefined],
    ]);
    expect(sent[0]?.message).toMatchObject({ id: "chatcmpl-1", model: "gpt-x", usage: { input_tokens: 3 } });
    expect(sent.at(-2)).toMatchObject({
      delta: { stop_reason: "tool_use", stop_sequence: null },
      usage: { input_tokens: 3, output_tokens: 4 },
    });
  });

  test("C004, C005: calls cut anywhere and interleaved come one after another, unmixed", async () => {
    const first = '{"q":"a\\"b \\ud83d\\ude00 é"}';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), async (turns) => {
        const texts = [first, '{"n":[1,2,3]}'];
        const events: NeutralEvent[] = [begin, called(0), called(1)];
        for (const turn of [...turns, ...Array(60).fill(true), ...Array(60).fill(false)]) {
          const index = turn ? 0 : 1;
          const text = texts[index] ?? "";
          if (text === "") continue;
          events.push(args(index, text.slice(0, 1)));
          texts[index] = text.slice(1);
        }
        const sent = encode(...events, ended(0), ended(1), finish);
        const indexes = payloads(sent).flatMap(({ index }) => (index === undefined ? [] : [index]));
        expect(indexes).toEqual(indexes.toSorted());
        const { content } = await accumulate(sent);
        expect(content.map((block) => block.type === "tool_use" && block.input)).toEqual([
          { q: 'a"b 😀 é' },
          { n: [1, 2, 3] },
        ]);
      }),
      { numRuns: 30 },
    );
  });

  test("a second call is not held back by a first one that is whole but was not ended", () => {
    const encoder = new MessagesStreamEncoder(context);
    for (const event of [begin, called(0), args(0, '{"a":1}')]) encoder.encode(event);
    expect(payloads(encoder.encode(called(1))).map(({ type, index }) => `${type} ${index}`)).toEqual([
      "content_block_stop 0",
      "content_block_start 1",
    ]);
    expect(payloads(encoder.encode(args(1, "{")))).toHaveLength(1);
  });

  test("the signature comes once, before the block ends; a foreign one in its envelope", () => {
    const thinking = (protocol: "anthropic-messages" | "gemini"): NeutralEvent[] => [
      begin,
      { type: "part-start", index: 0, part: { type: "thinking", origin: { protocol } } },
      { type: "thinking-delta", index: 0, text: "hm" },
      { type: "signature", index: 0, signature: "ab" },
      { type: "signature", index: 0, signature: "cd" },
      ended(0),
      finish,
    ];
    const own = payloads(encode(...thinking("anthropic-messages")));
    expect(own.slice(3, 5)).toMatchObject([
      { delta: { type: "signature_delta", signature: "abcd" } },
      { type: "content_block_stop" },
    ]);
    const foreign = payloads(encode(...thinking("gemini")));
    expect(foreign[3]?.delta?.signature).toBe("penstock.gemini.YWJjZA");
  });

  test("free text of a custom tool is the input of an object", async () => {
    const pieces = ['print("', "\ud83d", '\ude00\n")'];
    const start: NeutralEvent = {
      type: "part-start",
      index: 0,
      part: { type: "tool_call", id: "c", name: "py", kind: "custom" },
    };
    const { content } = await accumulate(
      encode(begin, start, ...pieces.map((piece) => args(0, piece)), ended(0), finish),
    );
    expect(content[0]).toMatchObject({ type: "tool_use", input: { input: 'print("😀\n")' } });
    const empty = await accumulate(encode(begin, start, ended(0), finish));
    expect(empty.content[0]).toMatchObject({ input: { input: "" } });
  });

  test("a text that never had words is no block, and a refusal is told by the stop", async () => {
    const message = await accumulate(
      encode(
        begin,
        { type: "part-start", index: 0, part: { type: "text" } },
        ended(0),
        { type: "part-start", index: 1, part: { type: "refusal" } },
        { type: "refusal-delta", index: 1, text: "No." },
        ended(1),
        finish,
      ),
    );
    expect(message.content).toEqual([]);
    expect(message.stop_reason).toBe("refusal");
    expect(JSON.stringify(message.stop_details)).toContain("No.");
  });

  test("an error is the last thing said, without the words of vendors that speak of their account", () => {
    const error = { kind: "quota_exhausted", status: 429, message: "account 123 is broke" } as const;
    const sent = encode(begin, { type: "error", error }, finish);
    expect(payloads(sent)).toEqual([
      {
        type: "error",
        error: { type: "rate_limit_error", message: "The vendor failed while it was answering." },
      },
    ]);
  });

  test("a sign of life is an event that SDKs skip, before the message as within it", async () => {
    const text: NeutralEvent[] = [
      { type: "part-start", index: 0, part: { type: "text" } },
      { type: "text-delta", index: 0, text: "x" },
    ];
    const sent = encode(
      { type: "ping" },
      begin,
      { type: "ping" },
      ...text,
      { type: "ping" },
      ended(0),
      finish,
    );
    expect(sent.split(keepalive)).toHaveLength(4);
    expect((await accumulate(sent)).content).toMatchObject([{ type: "text", text: "x" }]);
  });
});
