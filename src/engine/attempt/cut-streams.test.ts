import { describe, expect, test } from "bun:test";
import { EngineLab, type LabVendor, textOf } from "../../../testkit/engine-lab.ts";
import { anthropicMessages } from "../../wire/anthropic-messages/protocol.ts";
import { openaiChat } from "../../wire/openai-chat/protocol.ts";
import { openaiResponses } from "../../wire/openai-responses/protocol.ts";

// A vendor's stream is cut at every byte, with another vendor at hand: the client gets one answer or the other, never both.

const chunk = (delta: object, more: object = {}) => ({
  ...{ id: "c", object: "chat.completion.chunk", created: 1, model: "m" },
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});

function chatStream(words: readonly string[]): string {
  const chunks = [
    chunk({ role: "assistant", content: "" }),
    ...words.map((content) => chunk({ content })),
    chunk({}, { finish_reason: "stop" }),
  ];
  return `${chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("")}data: [DONE]\n\n`;
}

function messagesStream(words: readonly string[]): string {
  const events = [
    {
      type: "message_start",
      message: {
        ...{ id: "msg_1", type: "message", role: "assistant", model: "m", content: [] },
        ...{ stop_reason: null, stop_sequence: null, usage: { input_tokens: 9, output_tokens: 1 } },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    ...words.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: "message_stop" },
  ];
  return events.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join("");
}

function streaming(text: string, { cutAt = text.length } = {}): LabVendor {
  const bytes = Buffer.from(text).subarray(0, cutAt);
  return () => {
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new TypeError("the connection was reset"));
        else if (cutAt < text.length) controller.enqueue(bytes);
        else {
          controller.enqueue(bytes);
          controller.close();
        }
        sent = true;
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
}

const wires = [
  { wire: "chat", driver: "openai_completions", stream: chatStream, firstWord: '"content":"Al' },
  { wire: "messages", driver: "anthropic", stream: messagesStream, firstWord: '"text":"Al' },
];

const surfaces = [
  { surface: openaiChat, body: {}, end: "[DONE]" },
  { surface: anthropicMessages, body: { max_tokens: 9 }, end: "message_stop" },
  { surface: openaiResponses, body: { messages: undefined, input: "hi" }, end: "response.completed" },
];

describe.each(wires)("from the $wire wire", ({ driver, stream, firstWord }) => {
  test.each(surfaces)("to the $surface.id surface", async ({ surface, body, end }) => {
    const text = stream(["Alpha", "-Beta", "-Gamma"]);
    const other = streaming(stream(["One", "-Two"]));
    const seen = { elsewhere: 0, cut: 0, whole: 0 };
    for (let cutAt = 1; cutAt <= text.length; cutAt++) {
      using lab = new EngineLab({
        providers: [
          { name: "a", driver },
          { name: "b", driver },
        ],
        vendors: { a: streaming(text, { cutAt }), b: other },
        rules: { retries: 0 },
      });
      const answer = await textOf(await lab.start({ surface, body, stream: true }));
      const fromFirst = answer.includes("Alpha");
      // Until its first word is whole the first vendor has said nothing.
      if (cutAt <= text.indexOf(firstWord)) expect(fromFirst).toBe(false);
      expect(fromFirst && answer.includes("One")).toBe(false);
      expect(fromFirst || answer.includes("One")).toBe(true);
      expect(lab.records).toHaveLength(1);
      const [record] = lab.records;
      if (!fromFirst) {
        seen.elsewhere++;
        expect(answer).toContain(end);
        expect(record).toMatchObject({ providerName: "b", outcome: "completed" });
        expect(record?.attempts).toMatchObject([
          { provider: "a", outcome: "failed" },
          { outcome: "completed" },
        ]);
      } else if (record?.outcome === "failed") {
        seen.cut++;
        expect(answer).not.toContain(end);
        expect(answer).toContain("error");
        expect(record).toMatchObject({ providerName: "a", attempts: [{ outcome: "failed" }] });
      } else {
        seen.whole++;
        expect(answer).toContain(end);
        expect(answer).toContain("Gamma");
      }
    }
    expect(Math.min(seen.elsewhere, seen.cut, seen.whole)).toBeGreaterThan(0);
  });
});
