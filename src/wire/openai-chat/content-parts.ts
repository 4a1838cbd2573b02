import { isObject } from "../read-json.ts";

/** The text of a vendor's `content`: a string, or of parts those of type `text`. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => textOf(part, "text")).join("");
}

/**
 * The reasoning in a vendor's `content`, which Mistral sends as parts `{type: "thinking", thinking: [{type: "text", text}]}`.
 * Source: https://docs.mistral.ai/capabilities/reasoning/
 */
export function contentThinking(content: unknown): string {
  if (!Array.isArray(content)) return "";
  return content
    .map((part) => {
      if (!isObject(part) || part.type !== "thinking") return "";
      return Array.isArray(part.thinking) ? contentText(part.thinking) : textOf(part, "thinking");
    })
    .join("");
}

function textOf(part: unknown, type: "text" | "thinking"): string {
  if (!isObject(part) || part.type !== type) return "";
  const text = part[type];
  return typeof text === "string" ? text : "";
}
