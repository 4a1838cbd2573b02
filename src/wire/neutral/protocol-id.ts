/** The wire formats Penstock speaks. A protocol is not a vendor: many vendors speak `openai-chat`. */
export const protocolIds = [
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "gemini",
  "bedrock-converse",
  "bedrock-invoke",
  "ollama",
] as const;

/** One of `protocolIds`. */
export type ProtocolId = (typeof protocolIds)[number];
