import type { BenchWire } from "../plan/lane.ts";

/** Characters of text in one streamed piece: what makes an event of about 260 bytes in each protocol. */
export const pieceLength: Readonly<Record<BenchWire, number>> = {
  "openai-chat": 40,
  "anthropic-messages": 130,
  gemini: 40,
  "bedrock-converse": 90,
};

/** Characters of text in a plain reply: what makes a body of about 0.6 KB in each protocol. */
export const plainLength: Readonly<Record<BenchWire, number>> = {
  "openai-chat": 90,
  "anthropic-messages": 260,
  gemini: 260,
  "bedrock-converse": 300,
};
