import type { ToolCallPart } from "../neutral/part.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { argumentsText, madeUpId } from "./call-id.ts";

/** One message of a vendor's answer, whole or a piece of a stream. */
export interface AnswerMessage {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly ToolCallPart[];
}

/** Reads `message` of one object of an answer; `ordinal` counts the calls before it. Lenient: odd values say nothing. */
export function decodeAnswerMessage(object: JsonObject, ordinal: number): AnswerMessage {
  const message = isObject(object.message) ? object.message : {};
  const entries = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : [];
  const calls = entries.flatMap((entry) =>
    isObject(entry.function) ? [{ entry, call: entry.function }] : [],
  );
  return {
    thinking: textOf(message.thinking),
    text: textOf(message.content),
    calls: calls.map(({ entry, call }, i): ToolCallPart => {
      const id = textOf(entry.id);
      const place = { createdAt: object.created_at, ordinal: ordinal + i };
      return {
        type: "tool_call",
        id: id === "" ? madeUpId(call, place) : id,
        name: textOf(call.name),
        arguments: argumentsText(call),
        kind: "function",
      };
    }),
  };
}

/** Unix seconds of `created_at`, as a field to spread; empty when it is no time. */
export function createdOf({ created_at: time }: JsonObject): { readonly created?: number } {
  const milliseconds = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return milliseconds > 0 ? { created: Math.floor(milliseconds / 1000) } : {};
}

/** A string, or an empty one for what is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
