import { isObject, ObjectReader } from "../read-json.ts";
import { decodeDetails, type ReasoningPart } from "./reasoning-details.ts";

const chatOrigin = { protocol: "openai-chat" } as const;

/**
 * Reasoning a client sends back on an assistant message. The richest form wins, since clients echo several of the
 * same text: `reasoning_details`, then LiteLLM's `thinking_blocks`, then the plain `reasoning_content` or `reasoning`.
 */
export function decodeReplayedReasoning(reader: ObjectReader): readonly ReasoningPart[] {
  const details = decodeDetails(reader.optionalArray("reasoning_details"));
  if (details.length > 0) return details;
  const blocks = reader.optionalArray("thinking_blocks");
  if (blocks.length > 0) {
    return blocks.map((block, i) =>
      decodeThinkingBlock(new ObjectReader(block, `${reader.at("thinking_blocks")}[${i}]`)),
    );
  }
  const text = reader.optionalString("reasoning_content") ?? plainReasoning(reader);
  return text === undefined || text === "" ? [] : [{ type: "thinking", text, origin: chatOrigin }];
}

/** LiteLLM hands Anthropic's blocks through as they are. */
function decodeThinkingBlock(reader: ObjectReader): ReasoningPart {
  const origin = { protocol: "anthropic-messages" } as const;
  if (reader.oneOf("type", ["thinking", "redacted_thinking"]) === "redacted_thinking") {
    return { type: "redacted_thinking", data: reader.string("data"), origin };
  }
  const signature = reader.optionalString("signature");
  const text = reader.string("thinking");
  return { type: "thinking", text, ...(signature === undefined ? {} : { signature }), origin };
}

/** `reasoning` is a text, except where it is an object with encrypted state (Azure AI Foundry's MAI models). */
function plainReasoning(reader: ObjectReader): string | undefined {
  return isObject(reader.value.reasoning)
    ? reader.object("reasoning").optionalString("content")
    : reader.optionalString("reasoning");
}
