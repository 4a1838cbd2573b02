import { PenstockError } from "../../errors/penstock-error.ts";
import { createdAt } from "../created-at.ts";
import { defined } from "../defined.ts";
import type { AssistantPart, ToolCallPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage, withTier } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { contentText } from "./content-parts.ts";
import { decodeInBandError } from "./error.ts";
import { readReasoning } from "./read-reasoning.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { readSignature } from "./thought-signature.ts";
import { readToolCall, syntheticCallId } from "./tool-call.ts";
import { decodeUsage } from "./usage.ts";

/**
 * A vendor's whole answer. Only the first choice is read: more are never asked for.
 *
 * @throws PenstockError `upstream_malformed` when it has no choice, `upstream_error` (with the vendor's status) when a
 * failure was sent as a success.
 */
export function decodeResponse(body: unknown): NeutralResponse {
  if (!isObject(body)) throw malformed("its answer is not a JSON object");
  const error = decodeInBandError(body);
  if (error !== undefined) {
    throw new PenstockError("upstream_error", {
      fields: { reason: `it answered ${error.status}.` },
      status: error.status,
      cause: error,
    });
  }
  const choice = Array.isArray(body.choices) ? body.choices.find(isObject) : undefined;
  if (choice === undefined || !isObject(choice.message)) throw malformed("its answer has no choice");
  const id = text(body.id);
  const parts = decodeMessage(choice.message, id);
  const reason = text(choice.finish_reason);
  return defined({
    id,
    model: text(body.model),
    ...createdAt(body.created),
    parts,
    stopReason: decodeStopReason(reason, {
      toolCall: parts.some((part) => part.type === "tool_call"),
      refusal: parts.some((part) => part.type === "refusal"),
    }),
    usage: withTier(decodeUsage(body.usage) ?? noUsage, body.service_tier),
    serviceTier: typeof body.service_tier === "string" ? body.service_tier : undefined,
  });
}

function decodeMessage(message: JsonObject, responseId: string): readonly AssistantPart[] {
  const parts: AssistantPart[] = [...readReasoning(message)];
  const content = contentText(message.content);
  const signed = readSignature(message);
  if (content !== "" || signed.signature !== undefined) {
    const { annotations: value } = message;
    const cited = Array.isArray(value) && value.length > 0;
    const citations = cited ? ({ protocol: "openai-chat", value } as const) : undefined;
    const { signature, origin } = signed;
    parts.push(defined({ type: "text" as const, text: content, citations, signature, origin }));
  }
  const refusal = text(message.refusal);
  if (refusal !== "") parts.push({ type: "refusal", text: refusal });
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const legacy = isObject(message.function_call) ? [{ function: message.function_call }] : [];
  [...calls, ...legacy].filter(isObject).forEach((call, i) => {
    parts.push(decodeToolCall(call, syntheticCallId(responseId, i)));
  });
  return parts;
}

function decodeToolCall(call: JsonObject, fallbackId: string): ToolCallPart {
  const { id, name, text: argumentText, custom } = readToolCall(call);
  return {
    type: "tool_call",
    id: id === "" ? fallbackId : id,
    name,
    arguments: argumentText === "" && !custom ? "{}" : argumentText,
    kind: custom ? "custom" : "function",
    ...readSignature(call),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function malformed(reason: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason } });
}
