import { PenstockError } from "../../errors/penstock-error.ts";
import { jsonOutputTool } from "../anthropic-messages/schema.ts";
import type { AssistantPart } from "../neutral/part.ts";
import type { NeutralResponse } from "../neutral/response.ts";
import { noUsage, type Usage, withTier } from "../neutral/usage.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { blockOf, converseOrigin } from "./schema.ts";
import { decodeStopReason, readStopSequence } from "./stop-reason.ts";
import { decodeUsage, tierOf } from "./usage.ts";

/** A vendor's whole answer, which names neither itself nor its model. Throws `upstream_malformed` when it is none. */
export function decodeResponse(body: unknown): NeutralResponse {
  if (!isObject(body)) return malformed("the answer is not a JSON object");
  const output = isObject(body.output) ? body.output : {};
  const message = isObject(output.message) ? output.message : undefined;
  if (message === undefined || !Array.isArray(message.content)) return malformed("the answer has no message");
  const parts = message.content.flatMap((block) => decodeBlock(block));
  const stopSequence = readStopSequence(body.additionalModelResponseFields);
  const calledTools = parts.some((part) => part.type === "tool_call");
  const tier = tierOf(body);
  return {
    id: "",
    model: "",
    parts,
    stopReason: decodeStopReason(body.stopReason, calledTools),
    ...(stopSequence !== undefined && { stopSequence }),
    usage: readUsage(body) ?? noUsage,
    ...(typeof tier === "string" && { serviceTier: tier }),
  };
}

/** Usage in a whole answer; undefined when it holds none. */
export function readUsage(body: unknown): Usage | undefined {
  return isObject(body) && isObject(body.usage) ? withTier(decodeUsage(body.usage), tierOf(body)) : undefined;
}

function decodeBlock(block: unknown): AssistantPart[] {
  const [name, content] = blockOf(block) ?? [];
  switch (name) {
    case undefined:
      return [];
    case "text":
      return typeof content === "string" ? [{ type: "text", text: content }] : [];
    case "reasoningContent":
      return isObject(content) ? decodeReasoning(content) : [];
    case "toolUse":
      return isObject(content) ? [decodeToolUse(content, block)] : [];
    case "citationsContent":
      return isObject(content) ? decodeCitations(content) : [];
    default:
      return [{ type: "opaque", name, protocol: "bedrock-converse", value: block }];
  }
}

/** Readable, hidden or both: each is a part of its own, and an empty one is none. */
function decodeReasoning({ reasoningText, redactedContent }: JsonObject): AssistantPart[] {
  const parts: AssistantPart[] = [];
  if (isObject(reasoningText)) {
    const [words, signature] = [text(reasoningText.text), text(reasoningText.signature)];
    if (words !== "" || signature !== "") {
      parts.push({
        type: "thinking",
        text: words,
        origin: converseOrigin,
        ...(signature !== "" && { signature }),
      });
    }
  }
  const data = text(redactedContent);
  if (data !== "") parts.push({ type: "redacted_thinking", data, origin: converseOrigin });
  return parts;
}

/** A call the vendor runs itself is none of the caller's tools. */
function decodeToolUse(call: JsonObject, block: unknown): AssistantPart {
  if (call.type === "server_tool_use") {
    return { type: "opaque", name: "toolUse", protocol: "bedrock-converse", value: block };
  }
  const args = JSON.stringify(call.input ?? {});
  if (call.name === jsonOutputTool) return { type: "text", text: args };
  return {
    type: "tool_call",
    id: text(call.toolUseId),
    name: text(call.name),
    arguments: args,
    kind: "function",
  };
}

function decodeCitations({ content, citations }: JsonObject): AssistantPart[] {
  const pieces = Array.isArray(content)
    ? content.map((piece) => (isObject(piece) ? text(piece.text) : ""))
    : [];
  const own = Array.isArray(citations) && citations.length > 0;
  return [
    {
      type: "text",
      text: pieces.join(""),
      ...(own && { citations: { protocol: "bedrock-converse", value: citations } }),
    },
  ];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function malformed(reason: string): never {
  throw new PenstockError("upstream_malformed", { fields: { reason } });
}
