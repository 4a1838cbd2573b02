import { PenstockError } from "../../errors/penstock-error.ts";
import { createdAt } from "../created-at.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage, withTier } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { decodeFailedResponse } from "./error.ts";
import { readReasoningItem } from "./reasoning-item.ts";
import { decodeStopReason } from "./stop-reason.ts";
import { decodeUsage } from "./usage.ts";

/**
 * A vendor's whole answer.
 *
 * @throws PenstockError `upstream_malformed` when it has no output, `upstream_error` (with an equivalent status) when
 * the response failed.
 */
export function decodeResponse(body: unknown): NeutralResponse {
  if (!isObject(body)) throw malformed("its answer is not a JSON object");
  const error = decodeFailedResponse(body);
  if (error !== undefined) {
    throw new PenstockError("upstream_error", {
      fields: { reason: `it answered ${error.status}.` },
      status: error.status,
      cause: error,
    });
  }
  if (!Array.isArray(body.output)) throw malformed("its answer has no output");
  const parts = body.output.filter(isObject).flatMap(decodeItem);
  return {
    id: text(body.id),
    model: text(body.model),
    ...createdAt(body.created_at),
    parts,
    stopReason: decodeStopReason(body, {
      toolCall: parts.some((part) => part.type === "tool_call"),
      refusal: parts.some((part) => part.type === "refusal"),
    }),
    usage: withTier(decodeUsage(body.usage) ?? noUsage, body.service_tier),
    ...(typeof body.service_tier === "string" ? { serviceTier: body.service_tier } : {}),
  };
}

/** One output item; what only this protocol knows stays as it is. */
export function decodeItem(item: JsonObject): readonly AssistantPart[] {
  switch (item.type) {
    case "message":
      return Array.isArray(item.content) ? item.content.filter(isObject).flatMap(decodeContent) : [];
    case "reasoning": {
      const part = readReasoningItem(item);
      return part === undefined ? [] : [part];
    }
    case "function_call":
    case "custom_tool_call": {
      const custom = item.type === "custom_tool_call";
      const written = text(custom ? item.input : item.arguments);
      return [
        {
          type: "tool_call",
          id: text(item.call_id) || text(item.id),
          name: text(item.name),
          arguments: written === "" && !custom ? "{}" : written,
          kind: custom ? "custom" : "function",
        },
      ];
    }
    default:
      return [{ type: "opaque", name: text(item.type), protocol: "openai-responses", value: item }];
  }
}

function decodeContent(part: JsonObject): readonly AssistantPart[] {
  if (part.type === "refusal") return [{ type: "refusal", text: text(part.refusal) }];
  if (part.type !== "output_text") return [];
  const annotations = Array.isArray(part.annotations) ? part.annotations : [];
  const citations = { protocol: "openai-responses", value: annotations } as const;
  return [{ type: "text", text: text(part.text), ...(annotations.length > 0 && { citations }) }];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function malformed(reason: string): PenstockError {
  return new PenstockError("upstream_malformed", { fields: { reason } });
}
