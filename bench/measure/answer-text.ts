import { z } from "zod";
import { pieceLength, plainLength } from "../mock/reply-lengths.ts";
import { pieceText, replyText } from "../mock/reply-text.ts";
import type { BenchProtocol } from "../plan/lane.ts";
import type { Shape } from "../plan/shape.ts";

const chatAnswer = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })) });
const chatChunk = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});
const messagesAnswer = z.object({ content: z.array(z.object({ text: z.string() })) });
const messagesEvent = z.object({ delta: z.object({ text: z.string().optional() }).optional() });

/** The text the mock upstream answers on `wire`. */
export function expectedText(wire: BenchProtocol, shape: Pick<Shape, "stream" | "chunks">): string {
  if (!shape.stream) return replyText(shape.chunks, plainLength[wire]);
  return Array.from({ length: shape.chunks }, (_, index) => pieceText(index, pieceLength[wire])).join("");
}

/** The text of a whole answer body in `protocol`. Every event is parsed; throws when one does not parse. */
export function answerText(options: {
  readonly protocol: BenchProtocol;
  readonly stream: boolean;
  readonly body: string;
}): string {
  const { protocol, stream, body } = options;
  const chat = protocol === "openai-chat";
  if (!stream) {
    const json: unknown = JSON.parse(body);
    return chat
      ? (chatAnswer.parse(json).choices[0]?.message.content ?? "")
      : messagesAnswer
          .parse(json)
          .content.map((part) => part.text)
          .join("");
  }
  return eventPayloads(body)
    .map((event) =>
      chat
        ? (chatChunk.parse(event).choices[0]?.delta.content ?? "")
        : (messagesEvent.parse(event).delta?.text ?? ""),
    )
    .join("");
}

function eventPayloads(body: string): unknown[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim())
    .filter((payload) => payload !== "[DONE]")
    .map((payload): unknown => JSON.parse(payload));
}
