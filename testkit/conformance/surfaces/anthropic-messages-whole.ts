import { type ClientError, nothing, type ReadAnswer } from "../model/answer.ts";
import {
  array,
  count,
  isObject,
  type JsonObject,
  object,
  optionalText,
  parseJson,
  text,
} from "../model/json.ts";
import type { ScriptUsage } from "../model/script.ts";

const stopReasons = new Set([
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "tool_use",
  "pause_turn",
  "refusal",
  "model_context_window_exceeded",
]);

/** Reads a message, or an error, as one body. */
export function readMessagesWhole(status: number, source: string): ReadAnswer {
  const body = parseJson(source);
  if (!isObject(body)) return { ...nothing, violations: ["the body is not a JSON object"] };
  if (status >= 400) return { ...nothing, ...readMessagesError(body, false) };
  const violations = envelopeViolations(body);
  if (!stopReasons.has(text(body.stop_reason)))
    violations.push(`stop_reason is ${JSON.stringify(body.stop_reason)}`);
  if (!("stop_sequence" in body)) violations.push("there is no stop_sequence");
  const blocks = array(body.content).map(object);
  violations.push(...blocks.flatMap(blockViolations));
  return {
    ...readBlocks(blocks),
    finish: optionalText(body.stop_reason),
    stopSequence: optionalText(body.stop_sequence),
    refusal: text(object(body.stop_details).explanation),
    usage: readMessagesUsage(object(body.usage)),
    serviceTier: optionalText(object(body.usage).service_tier),
    error: undefined,
    violations,
  };
}

/** What is wrong with the head that whole messages and `message_start` share. */
export function envelopeViolations(message: JsonObject): string[] {
  const violations: string[] = [];
  if (text(message.id) === "") violations.push("there is no id");
  if (message.type !== "message") violations.push(`type is ${JSON.stringify(message.type)}`);
  if (message.role !== "assistant") violations.push(`role is ${JSON.stringify(message.role)}`);
  if (text(message.model) === "") violations.push("there is no model");
  if (!Array.isArray(message.content)) violations.push("there is no content");
  const usage = object(message.usage);
  for (const name of ["input_tokens", "output_tokens"]) {
    if (typeof usage[name] !== "number") violations.push(`usage has no ${name}`);
  }
  return violations;
}

/** The blocks of a turn as all sides see them. */
export function readBlocks(
  blocks: readonly JsonObject[],
): Pick<ReadAnswer, "thinking" | "text" | "calls" | "turn"> {
  return {
    thinking: blocks.map((block) => text(block.thinking)).join(""),
    text: blocks.map((block) => (block.type === "text" ? text(block.text) : "")).join(""),
    calls: blocks
      .filter(({ type }) => type === "tool_use")
      .map(({ id, name, input }) => ({ id: text(id), name: text(name), arguments: JSON.stringify(input) })),
    turn: { role: "assistant", content: blocks },
  };
}

/** `input_tokens` leaves cached tokens out. */
export function readMessagesUsage(usage: JsonObject): ScriptUsage {
  return {
    input: count(usage.input_tokens),
    cacheRead: count(usage.cache_read_input_tokens),
    cacheWrite: count(usage.cache_creation_input_tokens),
    output: count(usage.output_tokens),
    reasoning: count(object(usage.output_tokens_details).thinking_tokens),
  };
}

/** The payload of an error body or `error` event. */
export function readMessagesError(
  payload: JsonObject,
  inStream: boolean,
): { error: ClientError; violations: string[] } {
  const error = object(payload.error);
  const violations: string[] = [];
  if (payload.type !== "error") violations.push("the error's outer type is not error");
  if (text(error.type) === "") violations.push("the error has no type");
  if (text(error.message) === "") violations.push("the error has no message");
  return {
    error: {
      type: text(error.type),
      message: text(error.message),
      code: undefined,
      param: undefined,
      inStream,
    },
    violations,
  };
}

function blockViolations(block: JsonObject): readonly string[] {
  switch (block.type) {
    case "text":
      return text(block.text) === ""
        ? ["an empty text block, which the dialect refuses in the next turn"]
        : [];
    case "thinking":
      return typeof block.signature === "string" ? [] : ["a thinking block without signature"];
    case "redacted_thinking":
      return text(block.data) === "" ? ["redacted thinking without data"] : [];
    case "tool_use":
      return text(block.id) !== "" && text(block.name) !== "" && isObject(block.input)
        ? []
        : ["a tool_use block without id, name or input object"];
    default:
      return [`a block of type ${JSON.stringify(block.type)}`];
  }
}
