import { isObject, type JsonObject } from "../read-json.ts";
import type {} from "./raw-json.ts";

/** The input of a call, and whether it had to be wrapped because the arguments were no JSON object. */
export interface ToolInput {
  readonly input: JsonObject;
  readonly wrapped: boolean;
}

/**
 * Arguments as the object some protocols want; no arguments are an empty one. Text that is not a JSON object (cut by
 * a token limit, say) is kept in `_raw`, so that the model sees what it wrote.
 */
export function toToolInput(args: string): ToolInput {
  if (args.trim() === "") return { input: {}, wrapped: false };
  try {
    const value = parse(args);
    if (isObject(value)) return { input: value, wrapped: false };
  } catch {
    // Told by `wrapped`.
  }
  return { input: { _raw: args }, wrapped: true };
}

/** Ids of 64 bits are common in arguments; a number that a double cannot hold keeps its own digits. */
function parse(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source
      ? JSON.rawJSON(source)
      : value,
  );
}
