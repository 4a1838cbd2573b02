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
import { readChatError } from "./openai-chat-whole.ts";

/** Reads a response object, or an error, as one body. */
export function readResponsesWhole(status: number, source: string): ReadAnswer {
  const body = parseJson(source);
  if (!isObject(body)) return { ...nothing, violations: ["the body is not a JSON object"] };
  if (status >= 400) {
    if (!isObject(body.error)) return { ...nothing, violations: ["the body has no error object"] };
    return { ...nothing, ...readChatError(body.error, false) };
  }
  return readResponse(body);
}

/** Fields that the official client's `Response` always has. */
const always = [
  "id",
  "object",
  "created_at",
  "status",
  "error",
  "incomplete_details",
  "instructions",
  "metadata",
  "model",
  "output",
  "parallel_tool_calls",
  "temperature",
  "tool_choice",
  "tools",
  "top_p",
  "usage",
];

/** What is wrong with a response object at any moment of its life. */
export function envelopeViolations(response: JsonObject): string[] {
  const violations = always.filter((name) => !(name in response)).map((name) => `there is no ${name}`);
  if (!text(response.id).startsWith("resp_")) violations.push(`the id is ${JSON.stringify(response.id)}`);
  if (response.object !== "response") violations.push(`object is ${JSON.stringify(response.object)}`);
  if (!Number.isInteger(response.created_at)) violations.push("created_at is not a time in whole seconds");
  if (text(response.model) === "") violations.push("there is no model");
  if (!Array.isArray(response.output)) violations.push("output is no list");
  return violations;
}

/** A response that has ended. */
export function readResponse(response: JsonObject): ReadAnswer {
  const items = array(response.output).map(object);
  const violations = [...envelopeViolations(response), ...items.flatMap(itemViolations)];
  const ids = items.map(({ id }) => id);
  if (new Set(ids).size < ids.length) violations.push("two items have the same id");
  if (response.status !== "failed") violations.push(...usageViolations(response.usage));
  const finish = finishOf(response);
  if (finish === undefined && response.status !== "failed")
    violations.push(`the status is ${JSON.stringify(response.status)}`);
  if (isObject(response.error) !== (response.status === "failed"))
    violations.push(`the error is ${JSON.stringify(response.error)} where the status is ${response.status}`);
  return {
    ...nothing,
    id: text(response.id),
    ...readItems(items),
    finish,
    usage: isObject(response.usage) ? readResponsesUsage(response.usage) : undefined,
    serviceTier: optionalText(response.service_tier),
    error: isObject(response.error) ? readFailure(response.error) : undefined,
    violations,
  };
}

/** The error of a failed response has a code and words, and no type. */
function readFailure(error: JsonObject): ClientError {
  const code = text(error.code);
  return { type: code, message: text(error.message), code, param: undefined, inStream: true };
}

/** `completed`, or the reason for which it is not. */
function finishOf({ status, incomplete_details: details }: JsonObject): string | undefined {
  if (status === "completed") return "completed";
  return status === "incomplete" ? optionalText(object(details).reason) : undefined;
}

/** What the items say to a user, and the items as they are sent back. */
function readItems(
  items: readonly JsonObject[],
): Pick<ReadAnswer, "thinking" | "text" | "refusal" | "calls" | "turn"> {
  const contents = items.filter(({ type }) => type === "message").flatMap(({ content }) => array(content));
  const spoken = (field: string) => contents.map((part) => text(object(part)[field])).join("");
  return {
    thinking: items
      .filter(({ type }) => type === "reasoning")
      .flatMap(({ summary, content }) => [...array(summary), ...array(content)])
      .map((part) => text(object(part).text))
      .join("\n\n"),
    text: spoken("text"),
    refusal: spoken("refusal"),
    calls: items
      .filter(({ type }) => type === "function_call" || type === "custom_tool_call")
      .map((item) => ({
        id: text(item.call_id),
        name: text(item.name),
        arguments: text(item.arguments ?? item.input),
      })),
    turn: items,
  };
}

/** The prefixes by which the vendor tells items apart when they are sent back. */
const prefixes: Readonly<Record<string, string>> = {
  message: "msg_",
  reasoning: "rs_",
  function_call: "fc_",
  custom_tool_call: "ctc_",
};

/** What is wrong with an item that is whole. */
export function itemViolations(item: JsonObject): readonly string[] {
  const type = text(item.type);
  const prefix = prefixes[type];
  if (prefix === undefined) return [`an item of type ${JSON.stringify(item.type)}`];
  const faults: string[] = [];
  const want = (holds: boolean, what: string) => void (holds || faults.push(`${type}: ${what}`));
  want(text(item.id).startsWith(prefix), `the id is ${JSON.stringify(item.id)}`);
  if (type !== "reasoning")
    want(item.status === "completed" || item.status === "incomplete", `the status is ${String(item.status)}`);
  if (type === "message") {
    want(item.role === "assistant", "the role is not the assistant's");
    want(array(item.content).every(isContent), "a part is neither text with annotations nor a refusal");
  } else if (type === "reasoning") {
    want(Array.isArray(item.summary), "there is no summary");
    want(array(item.summary).every(isSummary), "a part of the summary is no text");
  } else {
    const { length } = text(item.call_id);
    want(length > 0 && length <= 64, `the call_id has ${length} characters`);
    want(text(item.name) !== "", "there is no name");
    if (type === "custom_tool_call") want(typeof item.input === "string", "the input is no text");
    else if (item.status === "completed")
      want(isObject(parseJson(text(item.arguments))), `the arguments are ${String(item.arguments)}`);
  }
  return faults;
}

function isContent(part: unknown): boolean {
  const { type, text: said, annotations, refusal } = object(part);
  return type === "output_text"
    ? typeof said === "string" && Array.isArray(annotations)
    : type === "refusal" && typeof refusal === "string";
}

function isSummary(part: unknown): boolean {
  const { type, text: said } = object(part);
  return type === "summary_text" && typeof said === "string";
}

function usageViolations(value: unknown): readonly string[] {
  if (!isObject(value)) return ["there is no usage"];
  const faults: string[] = [];
  for (const name of ["input_tokens", "output_tokens", "total_tokens"])
    if (typeof value[name] !== "number") faults.push(`usage has no ${name}`);
  if (typeof object(value.input_tokens_details).cached_tokens !== "number")
    faults.push("usage has no cached_tokens");
  if (typeof object(value.output_tokens_details).reasoning_tokens !== "number")
    faults.push("usage has no reasoning_tokens");
  if (count(value.input_tokens) + count(value.output_tokens) !== value.total_tokens)
    faults.push("usage does not add up");
  return faults;
}

/** `input_tokens` holds cached tokens, too. */
function readResponsesUsage(usage: JsonObject): ScriptUsage {
  const details = object(usage.input_tokens_details);
  const cacheRead = count(details.cached_tokens);
  const cacheWrite = count(details.cache_write_tokens);
  return {
    input: count(usage.input_tokens) - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: count(usage.output_tokens),
    reasoning: count(object(usage.output_tokens_details).reasoning_tokens),
  };
}
