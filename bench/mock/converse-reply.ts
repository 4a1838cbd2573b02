import { frameMessages } from "../../testkit/mocks/bedrock/event-stream.ts";
import type { ReplyContent } from "./reply.ts";
import { pieceLength, plainLength } from "./reply-lengths.ts";
import { inputTokens, outputTokens, pieceText, replyText } from "./reply-text.ts";

const metrics = { latencyMs: 2040 };

/** A Converse answer of `chunks` text pieces; streams are AWS event-stream frames with their checksums. */
export function converseReply(chunks: number): ReplyContent {
  const tokens = outputTokens(chunks);
  const usage = { inputTokens, outputTokens: tokens, totalTokens: inputTokens + tokens };
  return {
    streamType: "application/vnd.amazon.eventstream",
    json: JSON.stringify({
      metrics,
      output: {
        message: {
          content: [{ text: replyText(chunks, plainLength["bedrock-converse"]) }],
          role: "assistant",
        },
      },
      stopReason: "end_turn",
      usage: { ...usage, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    }),
    opening: frameMessages([["messageStart", { p: padding, role: "assistant" }]]),
    pieces: Array.from({ length: chunks }, (_, index) =>
      frameMessages([
        [
          "contentBlockDelta",
          {
            contentBlockIndex: 0,
            delta: { text: pieceText(index, pieceLength["bedrock-converse"]) },
            p: padding,
          },
        ],
      ]),
    ),
    closing: frameMessages([
      ["contentBlockStop", { contentBlockIndex: 0, p: padding }],
      ["messageStop", { p: padding, stopReason: "end_turn" }],
      ["metadata", { metrics, p: padding, usage }],
    ]),
  };
}

// The vendor pads payloads to hide how long a text is.
const padding = "abcdefghijkl";
