import type { AssistantPart, ToolCallPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import { customToolNames, freeTextOf } from "./custom-calls.ts";
import {
  annotationsOf,
  callItem,
  type ItemStatus,
  messageItem,
  opaqueItem,
  refusalContent,
  textContent,
} from "./output-items.ts";
import { clientItem } from "./reasoning-item.ts";
import { itemId, responseObject } from "./response-object.ts";
import { wrapSignature } from "./state-envelope.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** The answer a Responses client gets: neighbouring texts are one message, reasoning survives its replay. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const { parts } = response;
  const emitted = {
    toolCall: parts.some((part) => part.type === "tool_call"),
    refusal: parts.some((part) => part.type === "refusal"),
  };
  const { status, incomplete } = encodeStopReason(response.stopReason, emitted);
  const state = {
    status,
    incomplete,
    error:
      status === "failed"
        ? { code: "server_error", message: "The model ended the answer with an error." }
        : null,
    output: encodeItems(parts, { context, last: status === "incomplete" ? "incomplete" : "completed" }),
    usage: encodeUsage(response.usage),
  };
  return JSON.stringify(responseObject(response, { context, state }));
}

interface ItemsContext {
  readonly context: AnswerContext;
  /** The status of the last item. */
  readonly last: ItemStatus;
}

function encodeItems(
  parts: readonly AssistantPart[],
  { context, last }: ItemsContext,
): readonly JsonObject[] {
  const items: JsonObject[] = [];
  const customTools = customToolNames(context);
  let content: JsonObject[] = [];
  const id = (prefix: string) => itemId(prefix, { requestId: context.requestId, at: items.length });
  const say = (status: ItemStatus) => {
    if (content.length > 0) items.push(messageItem(id("msg"), content, status));
    content = [];
  };
  parts.forEach((part, i) => {
    const status = i === parts.length - 1 ? last : "completed";
    if ((part.type === "text" || part.type === "tool_call") && part.signature !== undefined) {
      say("completed");
      items.push({ id: id("rs"), type: "reasoning", summary: [], encrypted_content: wrapSignature(part) });
    }
    if (part.type === "text") content.push(textContent(part.text, annotationsOf(part)));
    else if (part.type === "refusal") content.push(refusalContent(part.text));
    else {
      say("completed");
      if (part.type === "tool_call") {
        const call: ToolCallPart =
          part.kind === "function" && customTools.has(part.name)
            ? { ...part, kind: "custom", arguments: freeTextOf(part.arguments) }
            : part;
        items.push(callItem(call, { id: id(callPrefix(call.kind)), status }));
      } else if (part.type === "opaque") {
        const item = opaqueItem(part);
        if (item !== undefined) items.push(item);
      } else items.push(clientItem(part, id("rs")));
    }
  });
  say(last);
  return items;
}

/** How ids of call items begin. */
export function callPrefix(kind: "function" | "custom"): string {
  return kind === "custom" ? "ctc" : "fc";
}
