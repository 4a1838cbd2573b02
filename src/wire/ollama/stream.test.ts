import { describe, expect, test } from "bun:test";
import { PenstockError } from "../../errors/penstock-error.ts";
import { ResponseCollector } from "../neutral/collect-response.ts";
import type { NeutralEvent } from "../neutral/event.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { responseEvents } from "../neutral/response-events.ts";
import { isObject } from "../read-json.ts";
import type { SseFrame } from "../sse/sse-framer.ts";
import { ollama } from "./protocol.ts";
import { ollamaOrigin } from "./schema.ts";

/** Two lines that the project's own documentation shows. */
const documented = [
  '{"model":"llama3.2","created_at":"2025-07-07T20:22:19.184789Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"get_weather","arguments":{"city":"Tokyo"}}}]},"done":false}',
  '{"model":"llama3.2","created_at":"2025-07-07T20:22:19.19314Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":182242375,"load_duration":41295167,"prompt_eval_count":169,"prompt_eval_duration":24573166,"eval_count":15,"eval_duration":115959084}',
];

const line = (message: object, rest: object = { done: false }) =>
  JSON.stringify({ model: "qwen3", created_at: "2025-07-07T20:22:19Z", message, ...rest });
const last = line({ content: "" }, { done: true, done_reason: "stop", prompt_eval_count: 7, eval_count: 5 });

function decode(chunks: readonly Uint8Array[]): readonly NeutralEvent[] {
  const framer = ollama.createFramer();
  const decoder = ollama.createStreamDecoder();
  const frames: SseFrame[] = [];
  const events: NeutralEvent[] = [];
  for (const chunk of chunks) framer.push(chunk, frames);
  framer.end(frames);
  for (const frame of frames) decoder.decode(frame, events);
  decoder.end(events);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const decodeLines = (...lines: readonly string[]) =>
  decode([bytes(lines.map((each) => `${each}\n`).join(""))]);

function collect(events: readonly NeutralEvent[]): NeutralResponse {
  const collector = new ResponseCollector();
  for (const event of events) collector.add(event);
  expect(collector.error).toBeUndefined();
  return collector.response();
}

const conversation = [
  line({ content: "", thinking: "Grüß" }),
  line({ content: "", thinking: " dich 🦙" }),
  line({ content: "Let me " }),
  line({ content: "look." }),
  line({ content: "", tool_calls: [{ function: { index: 0, name: "f", arguments: { a: 1 } } }] }),
  line({ content: "", tool_calls: [{ id: "call_x", function: { index: 0, name: "f", arguments: {} } }] }),
  last,
];

describe("a vendor's stream", () => {
  test("is the same wherever it is cut", () => {
    for (const lines of [documented, conversation]) {
      const whole = bytes(lines.map((each) => `${each}\n`).join(""));
      const expected = decode([whole]);
      for (let at = 1; at < whole.length; at++) {
        expect(decode([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
      }
      expect(decode([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    }
  });

  test("that ends early is an error, however much of it came", () => {
    const whole = bytes(conversation.map((each) => `${each}\n`).join(""));
    const complete = whole.length - 1;
    for (let at = 0; at < complete; at += 7) {
      const events = decode([whole.subarray(0, at)]);
      const ends = events.filter(({ type }) => type === "finish" || type === "error");
      expect(ends).toHaveLength(1);
      expect(ends[0]?.type).toBe("error");
    }
    expect(decode([whole.subarray(0, complete)]).at(-1)?.type).toBe("finish");
  });

  test("names calls as the documentation shows them, with tool calls as the reason", () => {
    const response = collect(decodeLines(...documented));
    expect(response).toMatchObject({
      model: "llama3.2",
      created: 1751919739,
      stopReason: "tool_calls",
      usage: { input: 169, output: 15, raw: { eval_duration: 115959084 } },
      parts: [{ type: "tool_call", name: "get_weather", arguments: '{"city":"Tokyo"}' }],
    });
  });

  test("holds thinking, text and every call in order; ids are made up where there are none", () => {
    const { parts } = collect(decodeLines(...conversation));
    expect(parts).toMatchObject([
      { type: "thinking", text: "Grüß dich 🦙", origin: { protocol: "ollama" } },
      { type: "text", text: "Let me look." },
      { type: "tool_call", name: "f", arguments: '{"a":1}' },
      { type: "tool_call", id: "call_x", name: "f", arguments: "{}" },
    ]);
    const [, , first] = parts;
    expect(first?.type === "tool_call" && first.id).toMatch(/^call_[0-9a-f]{8}_0$/);
  });

  test("equal calls of one answer have ids of their own", () => {
    const call = line({ content: "", tool_calls: [{ function: { name: "f", arguments: {} } }] });
    const ids = collect(decodeLines(call, call, last)).parts.map(
      (part) => part.type === "tool_call" && part.id,
    );
    expect(new Set(ids).size).toBe(2);
  });

  test.each<[string, string, string, number]>([
    ["an error", '{"error":"an error was encountered while running the model"}', "server_error", 502],
    [
      "a full queue",
      '{"error":"server busy, please try again.  maximum pending requests exceeded"}',
      "overloaded",
      529,
    ],
    [
      "an error object",
      '{"error":{"message":"the input length exceeds the context length"}}',
      "context_exceeded",
      400,
    ],
  ])("%s inside it ends the answer with an error of that kind", (_, fault, kind, status) => {
    const events = decodeLines(line({ content: "can" }), fault, line({ content: "never" }), last);
    expect(events.at(-2)).toEqual({ type: "part-end", index: 0 });
    expect(events.at(-1)).toMatchObject({ type: "error", error: { kind, status } });
  });

  test.each([
    ["not JSON", "<html>"],
    ["no object", "[1]"],
  ])("a line that is %s is an error, never a throw", (_, bad) => {
    expect(decodeLines(bad, last)).toMatchObject([{ type: "error", error: { code: "stream_malformed" } }]);
  });

  test("a cut answer says that it is", () => {
    const cut = line({ content: "x" }, { done: true, done_reason: "length" });
    expect(collect(decodeLines(cut))).toMatchObject({ stopReason: "max_tokens", parts: [{ text: "x" }] });
  });
});

describe("a client's stream", () => {
  const answer: NeutralResponse = {
    id: "",
    model: "qwen3",
    created: 1751919739,
    parts: [
      { type: "thinking", text: "hm", origin: ollamaOrigin },
      { type: "text", text: "Hello" },
      { type: "tool_call", id: "c1", name: "f", arguments: '{"n":1}', kind: "function" },
    ],
    stopReason: "tool_calls",
    usage: { ...collect(decodeLines(last)).usage, raw: { prompt_eval_count: 7, eval_count: 5 } },
  };
  const context = { requestId: "req_1", created: 1, model: "asked", includeUsage: true };

  test("says what the events say", () => {
    const encoder = ollama.createStreamEncoder(context);
    const text = [...responseEvents(answer)].map((event) => encoder.encode(event)).join("");
    expect(collect(decode([bytes(text)]))).toEqual(answer);
  });

  test("and so does a whole answer", () => {
    expect(ollama.decodeResponse(JSON.parse(ollama.encodeResponse(answer, context)))).toEqual(answer);
  });

  test("ends in an error line, whoever failed, and says nothing after it", () => {
    const encoder = ollama.createStreamEncoder(context);
    const error = { kind: "server_error", status: 500, message: "canary of the operator" } as const;
    const said = JSON.parse(encoder.encode({ type: "error", error }));
    expect(said).toEqual({ error: "The vendor failed while it was answering." });
    expect(encoder.encode({ type: "finish", reason: "stop" })).toBe("");
    const ours = new PenstockError("upstream_truncated", { fields: { provider: "den" } });
    expect(JSON.parse(ollama.encodeStreamError(ours, "req_1"))).toEqual({
      error: "The provider `den` ended the answer before it was complete. Try again.",
    });
  });

  test("a keepalive is a piece without content", () => {
    const piece: unknown = JSON.parse(ollama.keepalive);
    expect(isObject(piece) && piece.done).toBe(false);
    expect(collect(decodeLines(ollama.keepalive.trim(), last)).parts).toEqual([]);
  });
});

describe("a whole answer", () => {
  test.each<[string, unknown, string]>([
    ["a text", "x", "upstream_malformed"],
    ["no message", { done: true }, "upstream_malformed"],
    ["a piece", { message: { content: "x" }, done: false }, "upstream_malformed"],
    ["an error", { error: "canary" }, "upstream_error"],
  ])("that is %s is refused", (_, body, code) => {
    let thrown: unknown;
    try {
      ollama.decodeResponse(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PenstockError);
    expect(thrown instanceof PenstockError && [thrown.code, thrown.message.includes("canary")]).toEqual([
      code as never,
      false,
    ]);
  });
});

describe("metering of a stream that is forwarded", () => {
  test("finds the usage, the end and errors by their marks", () => {
    const reader = ollama.createRelayReader();
    for (const each of conversation) {
      if (ollama.relayMarks.texts.some((mark) => each.includes(mark))) reader.read(each);
    }
    expect(reader).toMatchObject({ finished: true, usage: { input: 7, output: 5 } });
    const failed = ollama.createRelayReader();
    failed.read('{"error":"boom"}');
    expect(failed).toMatchObject({ finished: false, error: { kind: "server_error" } });
  });
});

describe("a refusal", () => {
  test.each<[number, string, string]>([
    [400, '{"error":"registry.ollama.ai/library/x does not support tools"}', "invalid_request"],
    [401, '{"error":"unauthorized","signin_url":"https://ollama.com/connect"}', "authentication"],
    [404, '{"error":"model \'x\' not found"}', "not_found"],
    [429, '{"error":"usage limit reached"}', "rate_limited"],
    [500, '{"error":"model requires more system memory (9 GiB) than is available"}', "server_error"],
    [503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', "overloaded"],
    [502, "<html>Bad Gateway</html>", "server_error"],
    [500, "", "server_error"],
  ])("with status %p and %p is %p", (status, body, kind) => {
    const error = ollama.decodeError(status, new Headers(), body);
    expect(error).toMatchObject({ status, kind });
    expect(error.message).not.toMatch(/[<{]/);
  });

  test("of ours has the status and the shape of the protocol", () => {
    const refused = ollama.encodeError(new PenstockError("model_missing", {}), "req_1");
    expect(refused.status).toBe(400);
    expect(Object.keys(JSON.parse(refused.body))).toEqual(["error"]);
  });
});
