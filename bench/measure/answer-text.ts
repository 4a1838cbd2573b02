import { z } from "zod";
import { pieceLength, plainLength } from "../mock/reply-lengths.ts";
import { pieceText, replyText } from "../mock/reply-text.ts";
import type { BenchSurface, BenchWire } from "../plan/lane.ts";
import type { Shape } from "../plan/shape.ts";

/** How to read the text of one protocol's answers. */
interface TextReader {
  readonly whole: (answer: unknown) => string;
  readonly event: (payload: unknown) => string;
}

const chatAnswer = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })) });
const chatChunk = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })),
});
const messagesAnswer = z.object({ content: z.array(z.object({ text: z.string() })) });
const messagesEvent = z.object({ delta: z.object({ text: z.string().optional() }).optional() });
const responsesAnswer = z.object({
  output: z.array(z.object({ content: z.array(z.object({ text: z.string() })) })),
});
const responsesEvent = z.object({ type: z.string(), delta: z.string().optional() });

const readers: Readonly<Record<BenchSurface, TextReader>> = {
  "openai-chat": {
    whole: (answer) => chatAnswer.parse(answer).choices[0]?.message.content ?? "",
    event: (payload) => chatChunk.parse(payload).choices[0]?.delta.content ?? "",
  },
  "anthropic-messages": {
    whole: (answer) => joined(messagesAnswer.parse(answer).content),
    event: (payload) => messagesEvent.parse(payload).delta?.text ?? "",
  },
  "openai-responses": {
    whole: (answer) => joined(responsesAnswer.parse(answer).output.flatMap((item) => item.content)),
    event: (payload) => {
      const { type, delta } = responsesEvent.parse(payload);
      return type === "response.output_text.delta" ? (delta ?? "") : "";
    },
  },
};

/** The text the mock upstream answers on `wire`. */
export function expectedText(wire: BenchWire, shape: Pick<Shape, "stream" | "chunks">): string {
  if (!shape.stream) return replyText(shape.chunks, plainLength[wire]);
  return Array.from({ length: shape.chunks }, (_, index) => pieceText(index, pieceLength[wire])).join("");
}

/** The text of a whole answer body in `protocol`. Every event is parsed; throws when one does not parse. */
export function answerText(options: {
  readonly protocol: BenchSurface;
  readonly stream: boolean;
  readonly body: string;
}): string {
  const { protocol, stream, body } = options;
  const reader = readers[protocol];
  return stream ? eventPayloads(body).map(reader.event).join("") : reader.whole(JSON.parse(body));
}

function joined(parts: readonly { readonly text: string }[]): string {
  return parts.map((part) => part.text).join("");
}

function eventPayloads(body: string): unknown[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim())
    .filter((payload) => payload !== "[DONE]")
    .map((payload): unknown => JSON.parse(payload));
}
