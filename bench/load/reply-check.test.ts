import { expect, test } from "bun:test";
import { chatReply } from "../mock/chat-reply.ts";
import { messagesReply } from "../mock/messages-reply.ts";
import type { BenchProtocol } from "../plan/lane.ts";
import { ReplyCheck } from "./reply-check.ts";

const chunks = 30;
const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream";

function judge(surface: BenchProtocol, pieces: readonly string[]): string | undefined {
  const check = new ReplyCheck(surface, { chunks, stream: true });
  check.begin(head);
  for (const piece of pieces) check.body(Buffer.from(piece));
  return check.problem();
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

test("a chat stream whose usage was not asked for is told from one with usage", () => {
  const reply = chatReply(chunks, false);
  expect(judge("openai-chat", [reply.opening, ...reply.pieces, reply.closing])).toStartWith("no usage");
});

test("an event is about 260 bytes in both protocols, a plain reply about 0.6 KB", () => {
  for (const reply of [chatReply(3, true), messagesReply(3)]) {
    expect(Buffer.byteLength(reply.pieces[0] ?? "")).toBeWithin(235, 286);
    expect(Buffer.byteLength(reply.json)).toBeWithin(500, 720);
  }
});
