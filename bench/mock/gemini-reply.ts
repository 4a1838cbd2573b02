import type { ReplyContent } from "./reply.ts";
import { pieceLength, plainLength } from "./reply-lengths.ts";
import { inputTokens, outputTokens, pieceText, replyText } from "./reply-text.ts";

/** A generateContent answer of `chunks` text pieces; every chunk says what was used so far, as the vendor's do. */
export function geminiReply(chunks: number): ReplyContent {
  const total = outputTokens(chunks);
  return {
    streamType: "text/event-stream",
    json: JSON.stringify(
      answer({ text: replyText(chunks, plainLength.gemini), finished: true, tokens: total }),
    ),
    opening: "",
    pieces: Array.from({ length: chunks }, (_, index) =>
      event(answer({ text: pieceText(index, pieceLength.gemini), finished: false, tokens: index + 1 })),
    ),
    closing: event(answer({ text: "", finished: true, tokens: total })),
  };
}

function answer({
  text,
  finished,
  tokens,
}: {
  readonly text: string;
  readonly finished: boolean;
  readonly tokens: number;
}): object {
  return {
    candidates: [
      {
        content: { parts: [{ text }], role: "model" },
        ...(finished ? { finishReason: "STOP" } : {}),
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: tokens,
      totalTokenCount: inputTokens + tokens,
    },
    modelVersion: "bench-model",
    responseId: "bench000000000000000000",
  };
}

function event(payload: object): string {
  return `data: ${JSON.stringify(payload)}\r\n\r\n`;
}
