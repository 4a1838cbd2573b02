import { isObject, type JsonObject } from "../read-json.ts";

/** A tool call, or a fragment of one, as vendors write it. Absent strings are empty. */
export interface ReadToolCall {
  readonly id: string;
  readonly name: string;
  /** Arguments of a function, input of a custom tool. */
  readonly text: string;
  readonly custom: boolean;
}

/** Arguments are JSON text; a few vendors send the object itself. */
export function readToolCall(call: JsonObject): ReadToolCall {
  const custom = call.type === "custom" || isObject(call.custom);
  const body = custom ? call.custom : call.function;
  const fields: JsonObject = isObject(body) ? body : {};
  const text = custom ? fields.input : fields.arguments;
  return {
    id: string(call.id),
    name: string(fields.name),
    text: isObject(text) ? JSON.stringify(text) : string(text),
    custom,
  };
}

/**
 * The id of a call to which the vendor gave none: the same whenever it is worked out again, and different in every
 * answer. Empty when the answer has no id either; then the request's id must serve.
 */
export function syntheticCallId(responseId: string, ordinal: number): string {
  if (responseId === "") return "";
  return `call_${responseId.replace(/[^A-Za-z0-9]/g, "").slice(-24)}_${ordinal}`;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}
