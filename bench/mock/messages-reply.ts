import type { ReplyContent } from "./reply.ts";
import { pieceLength, plainLength } from "./reply-lengths.ts";
import { inputTokens, outputTokens, pieceText, replyText } from "./reply-text.ts";

const identity = {
  id: "msg_bench0000000000000000",
  type: "message",
  role: "assistant",
  model: "bench-model",
};
const cacheUsage = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

/** A Messages answer of `chunks` text pieces. */
export function messagesReply(chunks: number): ReplyContent {
  const usage = { input_tokens: inputTokens, ...cacheUsage, output_tokens: outputTokens(chunks) };
  return {
    streamType: "text/event-stream; charset=utf-8",
    json: JSON.stringify({
      ...identity,
      content: [{ type: "text", text: replyText(chunks, plainLength["anthropic-messages"]) }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { ...usage, service_tier: "standard" },
    }),
    opening:
      event({
        type: "message_start",
        message: {
          ...identity,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...usage, output_tokens: 1 },
        },
      }) +
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }) +
      event({ type: "ping" }),
    pieces: Array.from({ length: chunks }, (_, index) =>
      event({
        type: "content_block_delta",
        index: 0,
        delta: { type: "text_delta", text: pieceText(index, pieceLength["anthropic-messages"]) },
      }),
    ),
    closing:
      event({ type: "content_block_stop", index: 0 }) +
      event({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage }) +
      event({ type: "message_stop" }),
  };
}

function event(payload: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`;
}
