import type { NeutralResponse } from "../neutral/response.ts";
import type { AnswerContext } from "../protocol.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { encodeAnswerPart } from "./answer-parts.ts";
import { encodeServedTier } from "./encode-served-tier.ts";
import { encodeStopReason } from "./stop-reason.ts";
import { encodeUsage } from "./usage.ts";

/** The tree to the JSON text of a whole answer. */
export function encodeResponse(response: NeutralResponse, context: AnswerContext): string {
  const parts = response.parts.map(encodeAnswerPart).filter((part) => part !== undefined);
  const candidate = {
    content: { parts, role: "model" },
    finishReason: encodeStopReason(response.stopReason),
    index: 0,
    ...citationsOf(response),
  };
  return JSON.stringify({
    candidates: [candidate],
    usageMetadata: { ...encodeUsage(response.usage), ...encodeServedTier(response.serviceTier) },
    modelVersion: response.model || context.model,
    responseId: response.id || context.requestId,
  });
}

/** Sources of this protocol only: another's point into texts and documents this one does not have. */
function citationsOf({ parts }: NeutralResponse): JsonObject {
  const last = parts.findLast((part) => part.type === "text" && part.citations?.protocol === "gemini");
  const value = last?.type === "text" ? last.citations?.value : undefined;
  return isObject(value) ? value : {};
}
