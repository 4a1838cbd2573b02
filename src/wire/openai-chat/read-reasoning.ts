import { isObject, type JsonObject } from "../read-json.ts";
import { contentThinking } from "./content-parts.ts";
import { decodeDetails, type ReasoningPart } from "./reasoning-details.ts";

const chatOrigin = { protocol: "openai-chat" } as const;

/** The reasoning of a vendor's message: `reasoning_details` where it has any, else the plain text. */
export function readReasoning(message: JsonObject): readonly ReasoningPart[] {
  const details = Array.isArray(message.reasoning_details) ? decodeDetails(message.reasoning_details) : [];
  if (details.length > 0) return details;
  const parts: ReasoningPart[] = [];
  const text = reasoningText(message);
  if (text !== "") parts.push({ type: "thinking", text, origin: chatOrigin });
  const data = encryptedReasoning(message);
  if (data !== "") parts.push({ type: "redacted_thinking", data, origin: chatOrigin });
  return parts;
}

/** `reasoning_content` (DeepSeek and most others), `reasoning`, a text or (Azure AI Foundry) an object, or in `content`. */
export function reasoningText(message: JsonObject): string {
  const { reasoning_content: content, reasoning } = message;
  if (typeof content === "string" && content !== "") return content;
  if (typeof reasoning === "string") return reasoning;
  if (isObject(reasoning) && typeof reasoning.content === "string") return reasoning.content;
  return contentThinking(message.content);
}

/** Opaque reasoning outside `reasoning_details` (Azure AI Foundry's MAI models). */
export function encryptedReasoning(message: JsonObject): string {
  const { reasoning } = message;
  return isObject(reasoning) && typeof reasoning.encrypted_content === "string"
    ? reasoning.encrypted_content
    : "";
}
