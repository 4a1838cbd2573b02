import { isObject, type JsonObject } from "../read-json.ts";

/**
 * Whether a chunk of a stream answers anything: text, reasoning, a call, an end. The role alone does not, nor do filter results
 * before the first choice. What is not understood counts as an answer.
 */
export function isContent(chunk: JsonObject): boolean {
  if (!Array.isArray(chunk.choices)) return true;
  return chunk.choices.some((choice: unknown) => {
    if (!isObject(choice) || isFilled(choice.finish_reason)) return true;
    const { delta } = choice;
    if (!isObject(delta)) return true;
    return Object.entries(delta).some(([name, value]) => name !== "role" && isFilled(value));
  });
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return !Array.isArray(value) || value.length > 0;
}
