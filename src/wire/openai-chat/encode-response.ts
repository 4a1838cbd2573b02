import type { AssistantPart, TextPart, ToolCallPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeDetail, type ReasoningPart } from "./reasoning-details.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { signatureField, textSignatureField } from "./thought-signature.ts";
import { syntheticCallId } from "./tool-call.ts";
import { encodeUsage } from "./usage.ts";

/** The answer a Chat client gets: reasoning in `reasoning_content`, and in `reasoning_details` so that it survives replay. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const { parts } = response;
  const texts = parts.filter((part) => part.type === "text");
  const refusal = parts.flatMap((part) => (part.type === "refusal" ? [part.text] : [])).join("");
  const calls = parts.filter((part) => part.type === "tool_call");
  const message = {
    role: "assistant",
    content: texts.length > 0 ? texts.map((part) => part.text).join("") : emptyContent(parts),
    refusal: refusal === "" ? null : refusal,
    annotations: texts.flatMap(annotationsOf),
    ...reasoningFields(parts.filter(isReasoning)),
    ...textSignatureField(texts.findLast((part) => part.signature !== undefined) ?? { text: "" }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call, i) => encodeCall(call, { i, context })) }),
  };
  const emitted = { toolCall: calls.length > 0, refusal: refusal !== "" };
  return JSON.stringify({
    id: response.id || context.requestId,
    object: "chat.completion",
    created: response.created ?? context.created,
    model: response.model || context.model,
    choices: [
      { index: 0, message, logprobs: null, finish_reason: encodeStopReason(response.stopReason, emitted) },
    ],
    usage: encodeUsage(response.usage),
    ...(response.serviceTier === undefined ? {} : { service_tier: response.serviceTier }),
    system_fingerprint: null,
  });
}

/** `null` beside a tool call or refusal, as OpenAI answers; `""` when the model just said nothing. */
function emptyContent(parts: readonly AssistantPart[]): "" | null {
  return parts.some((part) => part.type === "tool_call" || part.type === "refusal") ? null : "";
}

function isReasoning(part: AssistantPart): part is ReasoningPart {
  return part.type === "thinking" || part.type === "redacted_thinking";
}

function reasoningFields(parts: readonly ReasoningPart[]): JsonObject {
  if (parts.length === 0) return {};
  const text = parts.map((part) => (part.type === "thinking" ? part.text : "")).join("");
  return {
    ...(text === "" ? {} : { reasoning_content: text }),
    reasoning_details: parts.flatMap(encodeDetail),
  };
}

function encodeCall(
  call: ToolCallPart,
  { i, context }: { readonly i: number; readonly context: AnswerContext },
): JsonObject {
  const id = call.id === "" ? syntheticCallId(context.requestId, i) : call.id;
  const { name } = call;
  const signed = signatureField(call);
  return call.kind === "custom"
    ? { id, type: "custom", custom: { name, input: call.arguments }, ...signed }
    : {
        id,
        type: "function",
        function: { name, arguments: call.arguments === "" ? "{}" : call.arguments },
        ...signed,
      };
}

/** Citations of this protocol only: another's point into texts and documents this one does not have. */
function annotationsOf(part: TextPart): readonly unknown[] {
  if (part.citations?.protocol !== "openai-chat") return [];
  return Array.isArray(part.citations.value) ? part.citations.value : [part.citations.value];
}
