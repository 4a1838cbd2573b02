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

/** Reads a whole answer, or an error, as one body. */
export function readGeminiWhole(status: number, source: string): ReadAnswer {
  const body = parseJson(source);
  if (!isObject(body)) return { ...nothing, violations: ["the body is not a JSON object"] };
  if (status >= 400) return { ...nothing, ...readGeminiError(body, { inStream: false, status }) };
  const candidate = object(array(body.candidates)[0]);
  const parts = array(object(candidate.content).parts).map(object);
  return {
    ...nothing,
    ...readParts(parts),
    finish: finishOf(body),
    usage: readGeminiUsage(object(body.usageMetadata)),
    serviceTier: optionalText(object(body.usageMetadata).serviceTier)?.toLowerCase(),
    violations: [
      ...chunkViolations(body),
      ...usageViolations(body.usageMetadata),
      ...(finishOf(body) === undefined ? ["there is no finishReason"] : []),
    ],
  };
}

/** Why the answer, or the prompt, came to its end; undefined in the middle of a stream. */
export function finishOf(body: JsonObject): string | undefined {
  const blocked = optionalText(object(body.promptFeedback).blockReason);
  return optionalText(object(array(body.candidates)[0]).finishReason) ?? blocked;
}

const finishReasons = new Set([
  "STOP",
  "MAX_TOKENS",
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "OTHER",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
]);

/** What is wrong with a `GenerateContentResponse`, whole or one of a stream. */
export function chunkViolations(body: JsonObject): readonly string[] {
  const violations: string[] = [];
  const want = (holds: boolean, what: string) => void (holds || violations.push(what));
  want(text(body.modelVersion) !== "", "there is no modelVersion");
  want(text(body.responseId) !== "", "there is no responseId");
  const [first, ...others] = array(body.candidates);
  want(others.length === 0, `there are ${others.length + 1} candidates`);
  if (first === undefined) {
    want(isObject(body.promptFeedback) || isObject(body.usageMetadata), "there is no candidate");
    return violations;
  }
  const { content, finishReason, index } = object(first);
  want(index === undefined || index === 0, `the candidate has the index ${String(index)}`);
  want(
    finishReason === undefined || finishReasons.has(text(finishReason)),
    `finishReason is ${JSON.stringify(finishReason)}`,
  );
  if (content !== undefined) {
    want(object(content).role === "model", "the content's role is not the model's");
    violations.push(...array(object(content).parts).map(object).flatMap(partViolations));
  }
  return violations;
}

const kinds = ["text", "inlineData", "functionCall", "executableCode", "codeExecutionResult"];
/** Bytes in JSON: clients decode them, and fail on anything else. */
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function partViolations(part: JsonObject): readonly string[] {
  const violations: string[] = [];
  const want = (holds: boolean, what: string) => void (holds || violations.push(what));
  const own = kinds.filter((kind) => part[kind] !== undefined);
  want(own.length === 1, `a part holds ${own.join(" and ") || "nothing"}`);
  const { thoughtSignature: signature, thought, functionCall: call, text: said } = part;
  want(thought === undefined || typeof thought === "boolean", "thought is no boolean");
  want(said === undefined || typeof said === "string", "text is no text");
  want(
    signature === undefined || (typeof signature === "string" && base64.test(signature)),
    "thoughtSignature is not base64",
  );
  if (call !== undefined) {
    const { id, name, args } = object(call);
    want(text(name) !== "", "a functionCall without name");
    want(args === undefined || isObject(args), "a functionCall whose args are no object");
    want(id === undefined || text(id) !== "", "a functionCall with an empty id");
  }
  return violations;
}

/** The parts of a turn as all sides see them; they are sent back as they came, but for those that say nothing. */
export function readParts(
  parts: readonly JsonObject[],
): Pick<ReadAnswer, "thinking" | "text" | "calls" | "turn"> {
  const spoken = (thought: boolean) =>
    parts.map((part) => ((part.thought === true) === thought ? text(part.text) : "")).join("");
  const said = parts.filter((part) => part.text !== "" || part.thoughtSignature !== undefined);
  return {
    thinking: spoken(true),
    text: spoken(false),
    calls: parts
      .map(({ functionCall }) => functionCall)
      .filter(isObject)
      .map(({ id, name, args }) => ({
        id: text(id),
        name: text(name),
        arguments: JSON.stringify(args ?? {}),
      })),
    turn: { role: "model", parts: said },
  };
}

/** `promptTokenCount` holds cached tokens, too; `candidatesTokenCount` leaves thoughts out. */
export function readGeminiUsage(usage: JsonObject): ScriptUsage {
  const cacheRead = count(usage.cachedContentTokenCount);
  const reasoning = count(usage.thoughtsTokenCount);
  return {
    input: count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount) - cacheRead,
    cacheRead,
    cacheWrite: 0,
    output: count(usage.candidatesTokenCount) + reasoning,
    reasoning,
  };
}

/** What is wrong with the usage of an answer that has ended. */
export function usageViolations(value: unknown): readonly string[] {
  if (!isObject(value)) return ["there is no usageMetadata"];
  const { input, cacheRead, output } = readGeminiUsage(value);
  if (typeof value.promptTokenCount !== "number") return ["usageMetadata has no promptTokenCount"];
  return value.totalTokenCount === input + cacheRead + output ? [] : ["usageMetadata does not add up"];
}

/** An error object, as a body or as a chunk. */
export function readGeminiError(
  body: JsonObject,
  { inStream, status }: { readonly inStream: boolean; readonly status?: number },
): { readonly error?: ClientError; readonly violations: readonly string[] } {
  if (!isObject(body.error)) return { violations: ["the body has no error object"] };
  const { code, message, status: word, details } = body.error;
  const violations: string[] = [];
  if (typeof code !== "number") violations.push("the error's code is no number");
  if (status !== undefined && code !== status)
    violations.push(`the error says ${String(code)}, HTTP ${status}`);
  if (text(message) === "") violations.push("the error has no message");
  if (!/^[A-Z_]+$/.test(text(word))) violations.push(`the error's status is ${JSON.stringify(word)}`);
  const violated = array(details).flatMap((detail) => array(object(detail).fieldViolations));
  return {
    error: {
      type: text(word),
      message: text(message),
      code: text(word),
      param: optionalText(object(violated[0]).field),
      inStream,
    },
    violations,
  };
}
