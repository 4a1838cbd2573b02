import type { AssistantPart, TextPart, ToolCallPart, VendorValue } from "../neutral/part.ts";
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
  const reasoning: ReasoningPart[] = [];
  const annotations: unknown[] = [];
  const calls: JsonObject[] = [];
  let content: string | undefined;
  let refusal = "";
  let signed: TextPart | undefined;
  for (const part of parts) {
    switch (part.type) {
      case "text":
        content = (content ?? "") + part.text;
        if (part.citations !== undefined) annotations.push(...annotationsOf(part.citations));
        if (part.signature !== undefined) signed = part;
        break;
      case "thinking":
      case "redacted_thinking":
        reasoning.push(part);
        break;
      case "refusal":
        refusal += part.text;
        break;
      case "tool_call":
        calls.push(encodeCall(part, { i: calls.length, context }));
        break;
      case "opaque":
        break;
    }
  }
  // What is undefined is not written.
  const message = {
    role: "assistant",
    content: content ?? emptyContent(parts),
    refusal: refusal === "" ? null : refusal,
    annotations,
    reasoning_content: thoughts(reasoning) || undefined,
    reasoning_details: reasoning.length === 0 ? undefined : reasoning.flatMap(encodeDetail),
    extra_content: signed === undefined ? undefined : textSignatureField(signed).extra_content,
    tool_calls: calls.length === 0 ? undefined : calls,
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
    service_tier: response.serviceTier,
    system_fingerprint: null,
  });
}

/** `null` beside a tool call or refusal, as OpenAI answers; `""` when the model just said nothing. */
function emptyContent(parts: readonly AssistantPart[]): "" | null {
  return parts.some((part) => part.type === "tool_call" || part.type === "refusal") ? null : "";
}

function thoughts(parts: readonly ReasoningPart[]): string {
  let text = "";
  for (const part of parts) if (part.type === "thinking") text += part.text;
  return text;
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
function annotationsOf({ protocol, value }: VendorValue): readonly unknown[] {
  if (protocol !== "openai-chat") return [];
  return Array.isArray(value) ? value : [value];
}
