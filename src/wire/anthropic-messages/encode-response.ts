import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import { signatureBlock } from "./part-signatures.ts";
import { type StatePlace, wrapState } from "./state-envelope.ts";
import { encodeStopDetails, encodeStopReason } from "./stop-reason.ts";
import { encodeMessageUsage } from "./usage.ts";

/** The tree to the JSON text of a whole message. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const parts = response.parts.map((part, at) =>
    part.type === "tool_call" ? withCallId(part, { at, context }) : part,
  );
  const explanation = parts.map((part) => (part.type === "refusal" ? part.text : "")).join("");
  const stopReason = encodeStopReason(response.stopReason, {
    calledTools: parts.some((part) => part.type === "tool_call"),
    refused: parts.some((part) => part.type === "refusal"),
  });
  return JSON.stringify({
    id: messageId(response.id, context),
    type: "message",
    role: "assistant",
    model: response.model || context.model,
    content: parts.flatMap(encodePart),
    stop_reason: stopReason,
    stop_sequence: response.stopSequence ?? null,
    stop_details: encodeStopDetails(stopReason, explanation),
    usage: encodeMessageUsage(response.usage, response.serviceTier),
  });
}

/** The vendor's id, or one made of the request's. */
export function messageId(id: string, { requestId }: AnswerContext): string {
  return id === "" ? `msg_${requestId.replace(/^req_/, "")}` : id;
}

/** The call with an id, without which a client could not answer it: one made of the request's where the vendor gave none. */
export function withCallId<T extends { readonly id: string }>(
  call: T,
  { at, context: { requestId } }: { readonly at: number; readonly context: AnswerContext },
): T {
  return call.id === "" ? { ...call, id: `toolu_${requestId.replace(/^req_/, "")}_${at}` } : call;
}

/** Empty text is left out: a client would send it back, and the API refuses it. Refusals go to `stop_details`. */
function encodePart(part: AssistantPart): readonly unknown[] {
  const signed = part.type === "text" || part.type === "tool_call" ? part : {};
  return [signatureBlock(signed, placeOf(part)), encodeBlock(part)].filter((block) => block !== undefined);
}

function placeOf(part: AssistantPart): StatePlace {
  if (part.type === "tool_call") return { call: part.id };
  return part.type === "text" && part.text === "" ? "alone" : "next";
}

function encodeBlock(part: AssistantPart): unknown {
  switch (part.type) {
    case "text": {
      if (part.text === "") return undefined;
      const own = part.citations?.protocol === "anthropic-messages" ? part.citations.value : undefined;
      return { type: "text", text: part.text, ...(own !== undefined && { citations: own }) };
    }
    case "thinking":
      return {
        type: "thinking",
        thinking: part.text,
        signature: wrapState(part.signature ?? "", part.origin),
      };
    case "redacted_thinking":
      if (part.data === "") return undefined;
      return { type: "redacted_thinking", data: wrapState(part.data, part.origin) };
    case "tool_call": {
      const input = part.kind === "custom" ? { input: part.arguments } : toToolInput(part.arguments).input;
      return { type: "tool_use", id: part.id, name: part.name, input };
    }
    case "opaque":
      return part.protocol === "anthropic-messages" ? part.value : undefined;
    case "refusal":
      return undefined;
  }
}
