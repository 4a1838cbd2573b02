import { isObject, type JsonObject } from "../read-json.ts";

/**
 * Whether a chunk of a stream answers anything: a part, an end, a refusal of the prompt. A candidate without parts does not. What is
 * not understood counts as an answer.
 */
export function isContent(chunk: JsonObject): boolean {
  if (!Array.isArray(chunk.candidates) || chunk.promptFeedback !== undefined) return true;
  return chunk.candidates.some((candidate: unknown) => {
    if (!isObject(candidate) || typeof candidate.finishReason === "string") return true;
    const { content } = candidate;
    if (!isObject(content)) return content !== undefined;
    return Array.isArray(content.parts) ? content.parts.some(isFilled) : content.parts !== undefined;
  });
}

function isFilled(part: unknown): boolean {
  return !isObject(part) || Object.keys(part).some((name) => name !== "thought" && part[name] !== "");
}
