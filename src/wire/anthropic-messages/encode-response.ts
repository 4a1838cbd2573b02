import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import { signatureBlock } from "./part-signatures.ts";
import { type StatePlace, wrapState } from "./state-envelope.ts";
import { encodeStopDetails, encodeStopReason } from "./stop-reason.ts";
import { encodeMessageUsage } from "./usage.ts";

/** The tree to the JSON text of a whole message. Refusals go to `stop_details`. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const content: unknown[] = [];
  let explanation = "";
  let calledTools = false;
  let refused = false;
  let at = 0;
  for (const told of response.parts) {
    const part = told.type === "tool_call" ? withCallId(told, { at, context }) : told;
    at++;
    if (part.type === "refusal") {
      refused = true;
      explanation += part.text;
      continue;
    }
    if (part.type === "tool_call") calledTools = true;
    addPart(content, part);
  }
  const stopReason = encodeStopReason(response.stopReason, { calledTools, refused });
  return JSON.stringify({
    id: messageId(response.id, context),
    type: "message",
    role: "assistant",
    model: response.model || context.model,
    content,
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

type BlockPart = Exclude<AssistantPart, { type: "refusal" }>;

/** Empty text is left out: a client would send it back, and the API refuses it. */
function addPart(content: unknown[], part: BlockPart): void {
  if ((part.type === "text" || part.type === "tool_call") && part.signature !== undefined) {
    const signature = signatureBlock(part, placeOf(part));
    if (signature !== undefined) content.push(signature);
  }
  const block = encodeBlock(part);
  if (block !== undefined) content.push(block);
}

function placeOf(part: BlockPart): StatePlace {
  if (part.type === "tool_call") return { call: part.id };
  return part.type === "text" && part.text === "" ? "alone" : "next";
}

function encodeBlock(part: BlockPart): unknown {
  switch (part.type) {
    case "text": {
      if (part.text === "") return undefined;
      const own = part.citations?.protocol === "anthropic-messages" ? part.citations.value : undefined;
      return { type: "text", text: part.text, citations: own };
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
  }
}
