import type { ToolCallPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { callId } from "./call-id.ts";
import type { PartContext } from "./encode-context.ts";
import { dropCache } from "./encode-context.ts";
import { replayItem } from "./reasoning-item.ts";

/** An assistant turn as items, in the order it was produced: reasoning stands before what it led to. */
export function encodeAssistant(
  message: Extract<Message, { role: "assistant" }>,
  context: PartContext,
): readonly JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] = [];
  const say = () => {
    if (content.length > 0) items.push({ role: "assistant", type: "message", content });
    content = [];
  };
  if (message.name !== undefined) context.losses.add(`${context.path}.name`, "dropped");
  message.parts.forEach((part, i) => {
    const path = `${context.path}.content[${i}]`;
    switch (part.type) {
      case "text":
        dropCache(part.cache, { ...context, path });
        if (part.signature !== undefined) context.losses.add(`${path}.signature`, "dropped");
        if (part.citations !== undefined) context.losses.add(`${path}.citations`, "dropped");
        if (part.text !== "") content.push({ type: "output_text", text: part.text });
        return;
      case "refusal":
        content.push({ type: "refusal", refusal: part.text });
        return;
    }
    say();
    switch (part.type) {
      case "thinking":
      case "redacted_thinking": {
        const item = replayItem(part);
        if (item === undefined) context.losses.add(`${context.path}.thinking`, "dropped");
        else items.push(item);
        break;
      }
      case "tool_call":
        items.push(encodeCall(part, { ...context, path }));
        break;
      case "opaque":
        if (part.protocol === "openai-responses" && isObject(part.value)) items.push({ ...part.value });
        else context.losses.add(`${path}.${part.name}`, "dropped");
        break;
    }
  });
  say();
  return withoutTrailing(items, context);
}

/** The vendor refuses reasoning that led to nothing. */
function withoutTrailing(items: JsonObject[], { losses, path }: PartContext): readonly JsonObject[] {
  while (items.at(-1)?.type === "reasoning") {
    items.pop();
    losses.add(`${path}.thinking`, "dropped");
  }
  return items;
}

function encodeCall(part: ToolCallPart, context: PartContext): JsonObject {
  dropCache(part.cache, context);
  if (part.signature !== undefined) context.losses.add(`${context.path}.signature`, "dropped");
  const { name } = part;
  const call_id = callId(part.id);
  if (part.kind === "custom" && context.quirks.custom_tools) {
    return { type: "custom_tool_call", call_id, name, input: part.arguments };
  }
  const written = part.kind === "custom" ? JSON.stringify({ input: part.arguments }) : part.arguments;
  return { type: "function_call", call_id, name, arguments: written === "" ? "{}" : written };
}
