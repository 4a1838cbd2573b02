import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** The tree to the JSON text of a whole answer. The model's name and the id of the answer have no place in it. */
export function encodeResponse(response: NeutralResponse): string {
  const { parts, stopSequence, serviceTier } = response;
  const calledTools = parts.some((part) => part.type === "tool_call");
  return JSON.stringify({
    output: { message: { role: "assistant", content: parts.flatMap(encodePart) } },
    stopReason: encodeStopReason(response.stopReason, calledTools),
    usage: encodeUsage(response.usage),
    metrics: { latencyMs: 0 },
    ...(stopSequence !== undefined && { additionalModelResponseFields: { stop_sequence: stopSequence } }),
    ...(serviceTier !== undefined && { serviceTier: { type: serviceTier } }),
  });
}

/** Reasoning of other protocols keeps its words; its signature would mean nothing to a client of this one. */
function encodePart(part: AssistantPart): readonly object[] {
  switch (part.type) {
    case "text": {
      if (part.text === "") return [];
      const own = part.citations?.protocol === "bedrock-converse" ? part.citations.value : undefined;
      return [
        own === undefined
          ? { text: part.text }
          : { citationsContent: { content: [{ text: part.text }], citations: own } },
      ];
    }
    case "refusal":
      return part.text === "" ? [] : [{ text: part.text }];
    case "thinking": {
      const signature = part.origin?.protocol === "bedrock-converse" ? part.signature : undefined;
      return [
        {
          reasoningContent: {
            reasoningText: { text: part.text, ...(signature !== undefined && { signature }) },
          },
        },
      ];
    }
    case "redacted_thinking":
      return part.origin?.protocol === "bedrock-converse"
        ? [{ reasoningContent: { redactedContent: part.data } }]
        : [];
    case "tool_call": {
      const input = part.kind === "custom" ? { input: part.arguments } : toToolInput(part.arguments).input;
      return [{ toolUse: { toolUseId: part.id, name: part.name, input } }];
    }
    case "opaque":
      return part.protocol === "bedrock-converse" && typeof part.value === "object" && part.value !== null
        ? [part.value]
        : [];
  }
}
