import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Pace, ScriptedReply } from "../mocks/shared/scripted-reply.ts";
import { ask } from "./official-clients.ts";
import { type Pair, pairs, payloads, startWorld, vendorKey, vendorOf, type World } from "./world.ts";

// What a client sees when the vendor fails after its answer has begun: all the text so far, one error event in the
// client's protocol, and no mark that says the answer is complete.

let world: World;
beforeAll(async () => {
  world = await startWorld({ settings: { timeouts: { firstByte: 2_000, idle: 400 } } });
});
afterAll(() => world.stop());

const chatDelta = (content: string) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "gpt-4o-mini",
  choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason: null }],
});
const messagesDelta = (text: string) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type: "text_delta", text },
});

/** The beginning of an answer, which says "Hello, world". */
const begun = {
  chat: [chatDelta("Hello"), chatDelta(", "), chatDelta("world")],
  messages: [
    {
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-sonnet-4-5",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 12, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    messagesDelta("Hello"),
    messagesDelta(", "),
    messagesDelta("world"),
  ],
};

const failed = {
  chat: {
    error: {
      message: `Overloaded ${vendorKey}`,
      type: "server_error",
      code: "server_is_overloaded",
      param: null,
    },
  },
  messages: { type: "error", error: { type: "overloaded_error", message: `Overloaded ${vendorKey}` } },
};

/** What the mock sends, to know where a byte offset lies. */
function framed({ wire }: Pair, events: readonly unknown[]): string {
  return events
    .map((event) => {
      const payload = typeof event === "string" ? event : JSON.stringify(event);
      return wire === "chat"
        ? `data: ${payload}\n\n`
        : `event: ${(event as { type: string }).type}\ndata: ${payload}\n\n`;
    })
    .join("");
}

/** Plays bytes as the vendor's stream; the raw stream the client got. */
async function play(pair: Pair, { body, pace }: { body: string; pace?: Pace }) {
  const reply: ScriptedReply = {
    body,
    headers: { "content-type": "text/event-stream" },
    ...(pace && { pace }),
  };
  vendorOf(world, pair).reply(reply);
  const response = await world.penstock.post(
    pair.surface.path,
    pair.surface.body(pair.model, { stream: true }),
  );
  expect(response.status).toBe(200);
  const stream = await response.text();
  return { stream, requestId: response.headers.get("x-penstock-request-id") ?? "" };
}

interface Told {
  readonly status?: number;
  readonly code?: string;
  readonly type: string;
}

/** The only error event of a stream, which must be its last event; nothing in the stream says it is complete. */
function onlyError({ surface }: Pair, stream: string): Told {
  const all = payloads(stream);
  const errors = all.filter((payload) => payload.error !== undefined);
  expect(errors).toHaveLength(1);
  expect(all.at(-1)).toBe(errors[0] as Record<string, unknown>);
  if (surface.name === "messages") expect(stream.match(/^event: error$/gm)).toHaveLength(1);
  expect(stream).not.toContain("[DONE]");
  expect(stream).not.toContain("message_stop");
  expect(stream).not.toContain('"finish_reason":"');
  expect(stream).not.toContain(vendorKey);
  // Every line is whole: nothing of a half event stands in front of the error.
  for (const line of stream.split("\n"))
    expect(line === "" || /^(event: \w+|data: \{.*\}|: ?\w*)\s*$/.test(line) ? "" : line).toBe("");
  return errors[0]?.error as Told;
}

describe.each(pairs)("$title", (pair) => {
  const { surface, wire } = pair;
  const body = framed(pair, begun[wire]);

  test("a connection that is cut ends in one error event, wherever it is cut", async () => {
    const firstText = body.indexOf("Hello");
    const afterFirst = body.indexOf("\n\n", firstText) + 2;
    for (let at = afterFirst; at < body.length; at += 17) {
      const { stream } = await play(pair, { body, pace: { dropAfter: at } });
      onlyError(pair, stream);
      expect(surface.streamedText(stream)).toStartWith("Hello");
    }
  }, 20_000);

  test("an ordinary end without the terminal event is no end", async () => {
    const { stream, requestId } = await play(pair, { body });
    expect(surface.streamedText(stream)).toBe("Hello, world");
    onlyError(pair, stream);
    expect(await world.penstock.ledgerRow(requestId)).toMatchObject({
      outcome: "failed",
      status: 502,
      error_code: "upstream_truncated",
    });
  });

  test("an error event of the vendor is told once, in our words, however it is cut", async () => {
    const whole = framed(pair, [...begun[wire], failed[wire]]);
    const first = body.indexOf("\n\n", body.indexOf("Hello")) + 2;
    for (let at = body.length - 3; at < whole.length; at += 13) {
      const { stream } = await play(pair, { body: whole, pace: { cutAt: [first, at], betweenMs: 25 } });
      expect(surface.streamedText(stream)).toBe("Hello, world");
      const { status, type, code } = onlyError(pair, stream);
      if (surface.name === "chat") expect([status, code]).toEqual([529, "upstream_overloaded"]);
      else expect(type).toBe("overloaded_error");
    }
  }, 20_000);

  test("silence in mid-stream ends in a timeout", async () => {
    const { stream, requestId } = await play(pair, { body, pace: { silentAfter: body.length } });
    expect(surface.streamedText(stream)).toBe("Hello, world");
    onlyError(pair, stream);
    expect(stream).toContain("within 0.4 s");
    expect(await world.penstock.ledgerRow(requestId)).toMatchObject({
      outcome: "failed",
      status: 504,
      error_code: "upstream_timeout",
    });
  });

  test("the official client gives the text so far and raises", async () => {
    const pace = { cutAt: [body.length], betweenMs: 20 };
    vendorOf(world, pair).reply({ events: [...begun[wire], failed[wire]], pace });
    const { text, error } = await ask(world.penstock, { surface, model: pair.model, stream: true });
    expect(text).toBe("Hello, world");
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain("overloaded");
    expect(String(error)).not.toContain(vendorKey);
  });
});

describe.each(pairs.filter(({ surface, wire }) => surface.name !== wire))("$title", (pair) => {
  test("an event that is not JSON ends the stream with an error", async () => {
    const begin = framed(pair, begun[pair.wire]);
    const body = `${begin}data: {"type":"content_block_delta", oops\n\n`;
    const { stream, requestId } = await play(pair, { body, pace: { cutAt: [begin.length], betweenMs: 20 } });
    expect(pair.surface.streamedText(stream)).toBe("Hello, world");
    onlyError(pair, stream);
    expect(await world.penstock.ledgerRow(requestId)).toMatchObject({
      outcome: "failed",
      error_code: "upstream_malformed",
    });
  });
});

describe.each(pairs)("$title", (pair) => {
  test("a whole answer to a streaming request is told as a stream", async () => {
    const plain = pair.wire === "chat" ? "openai/chat/openai-text.json" : "anthropic/anthropic-text.json";
    vendorOf(world, pair).reply({ recording: plain });
    const { text, error } = await ask(world.penstock, {
      surface: pair.surface,
      model: pair.model,
      stream: true,
    });
    expect(error).toBeUndefined();
    const recorded = await Bun.file(`${import.meta.dir}/../recordings/${plain}`).json();
    expect(text).toBe(pair.wire === "chat" ? recorded.choices[0].message.content : recorded.content[0].text);
  });
});
