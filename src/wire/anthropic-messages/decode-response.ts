import { PenstockError } from "../../errors/penstock-error.ts";
import { defined } from "../defined.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage, type Usage } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { jsonOutputTool, messagesOrigin } from "./schema.ts";
import { decodeStopReason, readExplanation } from "./stop-reason.ts";
import { decodeUsage } from "./usage.ts";

/** A vendor's whole message. Throws `upstream_malformed` when it is none. */
export function decodeResponse(body: unknown): NeutralResponse {
  if (!isObject(body)) return malformed("the answer is not a JSON object");
  if (body.type === "error") return malformed("an error was sent as a successful answer");
  if (!Array.isArray(body.content)) return malformed("the message has no content");
  const parts: AssistantPart[] = [];
  for (const block of body.content) {
    const part = isObject(block) ? decodeBlock(block) : undefined;
    if (part !== undefined) parts.push(part);
  }
  const stopReason = decodeStopReason(
    body.stop_reason,
    parts.some((part) => part.type === "tool_call"),
  );
  const explanation = stopReason === "refusal" ? readExplanation(body.stop_details) : undefined;
  if (explanation !== undefined) parts.push({ type: "refusal", text: explanation });
  const usage = readUsage(body);
  const tier = isObject(body.usage) ? body.usage.service_tier : undefined;
  return defined({
    id: text(body.id),
    model: text(body.model),
    parts,
    stopReason,
    stopSequence: typeof body.stop_sequence === "string" ? body.stop_sequence : undefined,
    usage: usage ?? noUsage,
    serviceTier: typeof tier === "string" ? tier : undefined,
  });
}

/** Usage in a whole message; undefined when it holds none. */
export function readUsage(body: unknown): Usage | undefined {
  return isObject(body) && isObject(body.usage) ? decodeUsage(body.usage) : undefined;
}

function decodeBlock(block: JsonObject): AssistantPart | undefined {
  const { type } = block;
  switch (type) {
    case "text": {
      const { citations } = block;
      const part = { type, text: text(block.text) };
      if (!Array.isArray(citations) || citations.length === 0) return part;
      return { ...part, citations: { protocol: "anthropic-messages", value: citations } };
    }
    case "thinking": {
      const signature = text(block.signature);
      return {
        type,
        text: text(block.thinking),
        origin: messagesOrigin,
        ...(signature !== "" && { signature }),
      };
    }
    case "redacted_thinking":
      return { type, data: text(block.data), origin: messagesOrigin };
    case "tool_use": {
      const args = JSON.stringify(block.input ?? {});
      if (block.name === jsonOutputTool) return { type: "text", text: args };
      return {
        type: "tool_call",
        id: text(block.id),
        name: text(block.name),
        arguments: args,
        kind: "function",
      };
    }
    case "fallback":
      // Says only that another model answers; `model` says which.
      return undefined;
    default:
      return typeof type === "string"
        ? { type: "opaque", name: type, protocol: "anthropic-messages", value: block }
        : undefined;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function malformed(reason: string): never {
  throw new PenstockError("upstream_malformed", { fields: { reason } });
}
