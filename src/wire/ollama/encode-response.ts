import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import type { JsonObject } from "../read-json.ts";
import type { WireToolCall } from "./schema.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** The tree to the JSON text of a whole answer. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const { parts } = response;
  const thinking = parts.map((part) => (part.type === "thinking" ? part.text : "")).join("");
  const calls = parts.filter((part) => part.type === "tool_call").map(encodeAnswerCall);
  return JSON.stringify({
    ...envelope({ model: response.model || context.model, created: response.created ?? context.created }),
    message: {
      role: "assistant",
      content: parts.map(textOf).join(""),
      ...(thinking !== "" && { thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    },
    done_reason: encodeStopReason(response.stopReason),
    done: true,
    ...encodeUsage(response.usage),
  });
}

/** What every object of an answer begins with. */
export function envelope({
  model,
  created,
}: {
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
}): JsonObject {
  return { model, created_at: new Date(created * 1000).toISOString() };
}

/** A call as a client of this protocol gets it; `index` is its place among the calls of the answer. */
export function encodeAnswerCall(
  call: Extract<AssistantPart, { type: "tool_call" }>,
  index: number,
): WireToolCall {
  const args = call.kind === "custom" ? { input: call.arguments } : toToolInput(call.arguments).input;
  return { id: call.id, function: { index, name: call.name, arguments: args } };
}

function textOf(part: AssistantPart): string {
  return part.type === "text" || part.type === "refusal" ? part.text : "";
}
