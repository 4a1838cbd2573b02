import { isObject, type JsonObject } from "../read-json.ts";

/**
 * Whether a chunk of a stream answers anything: text, reasoning, a call, an end. The role alone does not, nor do filter results
 * before the first choice. What is not understood counts as an answer.
 */
export function isContent(chunk: JsonObject): boolean {
  if (!Array.isArray(chunk.choices)) return true;
  return chunk.choices.some(saysMore);
}

function saysMore(choice: unknown): boolean {
  if (!isObject(choice) || isFilled(choice.finish_reason)) return true;
  const { delta } = choice;
  if (!isObject(delta)) return true;
  for (const name of Object.keys(delta)) if (name !== "role" && isFilled(delta[name])) return true;
  return false;
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return !Array.isArray(value) || value.length > 0;
}
