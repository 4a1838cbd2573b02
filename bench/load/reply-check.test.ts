import { expect, test } from "bun:test";
import { chatReply } from "../mock/chat-reply.ts";
import { converseReply } from "../mock/converse-reply.ts";
import { geminiReply } from "../mock/gemini-reply.ts";
import { messagesReply } from "../mock/messages-reply.ts";
import { outputTokens, pieceText } from "../mock/reply-text.ts";
import type { BenchSurface } from "../plan/lane.ts";
import { ReplyCheck } from "./reply-check.ts";

const chunks = 30;
const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream";

function judge(surface: BenchSurface, pieces: readonly (string | Buffer)[]): string | undefined {
  const check = new ReplyCheck(surface, { chunks, stream: true });
  check.begin(head);
  for (const piece of pieces) check.body(Buffer.from(piece));
  return check.problem();
}

/** A Responses stream reduced to the events that tell the text. */
function responsesStream(): string[] {
  const texts = Array.from({ length: chunks }, (_, index) => pieceText(index, 130));
  const text = texts.join("");
  const item = { type: "message", content: [{ type: "output_text", text }] };
  const usage = { input_tokens: 321, output_tokens: outputTokens(chunks) };
  return [
    ...texts.map((delta) => ({ type: "response.output_text.delta", delta })),
    { type: "response.output_text.done", text },
    { type: "response.content_part.done", part: item.content[0] },
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { output: [item], usage } },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

for (const [surface, reply] of [
  ["openai-chat", chatReply(chunks, true)],
  ["anthropic-messages", messagesReply(chunks)],
] as const) {
  const whole = [reply.opening, ...reply.pieces, reply.closing];

  test(`a whole ${surface} stream passes however it is cut`, () => {
    expect(judge(surface, whole)).toBeUndefined();
    expect(judge(surface, [whole.join("")])).toBeUndefined();
    expect(judge(surface, whole.join("").match(/[\s\S]{1,7}/g) ?? [])).toBeUndefined();
  });

  test(`a ${surface} stream that lacks a piece, its end or its usage does not`, () => {
    expect(judge(surface, whole.toSpliced(5, 1))).toBe("29 of 30 text pieces arrived");
    expect(judge(surface, whole.slice(0, -1))).toStartWith("no usage");
    const cut = reply.closing.slice(
      0,
      reply.closing.lastIndexOf(surface === "openai-chat" ? "data:" : "event:"),
    );
    expect(judge(surface, [...whole.slice(0, -1), cut])).toStartWith("no terminal event");
  });
}

test("a whole Responses stream tells every piece five times and passes however it is cut", () => {
  const whole = responsesStream();
  expect(judge("openai-responses", whole)).toBeUndefined();
  expect(judge("openai-responses", [whole.join("")])).toBeUndefined();
  expect(judge("openai-responses", whole.join("").match(/[\s\S]{1,7}/g) ?? [])).toBeUndefined();
});

test("a Responses stream that lacks a delta, its last event or its usage does not pass", () => {
  const whole = responsesStream();
  const [last = ""] = whole.slice(-1);
  const lacking = (events: readonly string[]) => judge("openai-responses", events);
  expect(lacking(whole.toSpliced(5, 1))).toBe("149 of 150 text pieces arrived");
  expect(lacking(whole.slice(0, -1))).toBe("120 of 150 text pieces arrived");
  expect(lacking([...whole.slice(0, -1), last.replace("7030", "7029")])).toStartWith("no usage");
  const other = last.replaceAll("response.completed", "response.incomplete");
  expect(lacking([...whole.slice(0, -1), other])).toStartWith("no terminal event");
});

test("a chat stream whose usage was not asked for is told from one with usage", () => {
  const reply = chatReply(chunks, false);
  expect(judge("openai-chat", [reply.opening, ...reply.pieces, reply.closing])).toStartWith("no usage");
});

test("an event is about 260 bytes in every protocol, a plain reply about 0.6 KB", () => {
  for (const reply of [chatReply(3, true), messagesReply(3), geminiReply(3), converseReply(3)]) {
    expect(Buffer.byteLength(reply.pieces[0] ?? "")).toBeWithin(235, 286);
    expect(Buffer.byteLength(reply.json)).toBeWithin(500, 720);
  }
});
