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

/** Reads a chat completion, or an error, as one body. */
export function readChatWhole(status: number, source: string): ReadAnswer {
  const body = parseJson(source);
  if (!isObject(body)) return { ...nothing, violations: ["the body is not a JSON object"] };
  if (status >= 400) return readError(body);
  const violations: string[] = [];
  const want = (holds: boolean, what: string) => void (holds || violations.push(what));
  const choice = object(array(body.choices)[0]);
  const message = object(choice.message);
  want(body.object === "chat.completion", `object is ${JSON.stringify(body.object)}`);
  want(text(body.id) !== "", "there is no id");
  want(text(body.model) !== "", "there is no model");
  want(Number.isInteger(body.created), "created is not a time");
  want(array(body.choices).length === 1, `there are ${array(body.choices).length} choices`);
  want(choice.index === 0, "the choice has no index 0");
  want(message.role === "assistant", "the message is not the assistant's");
  want(typeof choice.finish_reason === "string", "finish_reason is missing");
  want(message.content === null || typeof message.content === "string", "content is neither text nor null");
  const calls = array(message.tool_calls).map((entry, i) => {
    const call = object(entry);
    const fn = object(call.function);
    want(text(call.id) !== "", `tool call ${i} has no id`);
    want(call.type === "function", `tool call ${i} has no type`);
    want(parseJson(text(fn.arguments)) !== undefined, `the arguments of tool call ${i} are not JSON`);
    return { id: text(call.id), name: text(fn.name), arguments: text(fn.arguments) };
  });
  want(isObject(body.usage), "there is no usage");
  return {
    thinking: text(message.reasoning_content),
    text: text(message.content),
    refusal: text(message.refusal),
    calls,
    finish: optionalText(choice.finish_reason),
    stopSequence: undefined,
    usage: isObject(body.usage) ? readChatUsage(body.usage) : undefined,
    serviceTier: optionalText(body.service_tier),
    error: undefined,
    violations,
    turn: message,
  };
}

/** An error object as `error` holds it. */
export function readChatError(
  error: unknown,
  inStream: boolean,
): { error: ClientError; violations: string[] } {
  const fields = object(error);
  const violations: string[] = [];
  if (text(fields.message) === "") violations.push("the error has no message");
  if (text(fields.type) === "") violations.push("the error has no type");
  for (const name of ["param", "code"]) if (!(name in fields)) violations.push(`the error has no ${name}`);
  return {
    error: {
      type: text(fields.type),
      message: text(fields.message),
      code: optionalText(fields.code),
      param: optionalText(fields.param),
      inStream,
    },
    violations,
  };
}

function readError(body: JsonObject): ReadAnswer {
  if (!isObject(body.error)) return { ...nothing, violations: ["the body has no error object"] };
  return { ...nothing, ...readChatError(body.error, false) };
}

/** `prompt_tokens` holds cached tokens, too. */
export function readChatUsage(usage: JsonObject): ScriptUsage {
  const prompt = object(usage.prompt_tokens_details);
  const cacheRead = count(prompt.cached_tokens);
  const cacheWrite = count(prompt.cache_write_tokens);
  return {
    input: count(usage.prompt_tokens) - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: count(usage.completion_tokens),
    reasoning: count(object(usage.completion_tokens_details).reasoning_tokens),
  };
}
