import type { ToolCallPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { isObject, type JsonObject } from "../read-json.ts";
import { simplified } from "./encode-content.ts";
import { cacheControl, nameOf, type PlacedContext, placed } from "./encode-context.ts";
import { encodeDetail, hasFormat, type ReasoningPart } from "./reasoning-details.ts";
import { signatureField } from "./thought-signature.ts";

/** An assistant turn: the protocol has one place each for reasoning, text, refusal and tool calls. */
export function encodeAssistant(
  message: Extract<Message, { role: "assistant" }>,
  context: PlacedContext,
): JsonObject {
  const reasoning: ReasoningPart[] = [];
  const texts: JsonObject[] = [];
  const calls: JsonObject[] = [];
  let refusal = "";
  let audio: JsonObject | undefined;
  message.parts.forEach((part, i) => {
    const path = `${context.path}.content[${i}]`;
    switch (part.type) {
      case "thinking":
      case "redacted_thinking":
        if (isReplayable(part, context)) reasoning.push(part);
        else context.losses.add(`${context.path}.thinking`, "dropped");
        break;
      case "text":
        if (part.citations !== undefined) context.losses.add(`${path}.citations`, "dropped");
        if (part.signature !== undefined) context.losses.add(`${path}.signature`, "dropped");
        if (part.text !== "") {
          const cache_control = cacheControl(part.cache, placed(context, path));
          texts.push({ type: "text", text: part.text, cache_control });
        }
        break;
      case "refusal":
        refusal += part.text;
        break;
      case "tool_call":
        if (part.cache !== undefined) context.losses.add(`${path}.cache_control`, "dropped");
        if (part.signature !== undefined && !context.quirks.thought_signatures) {
          context.losses.add(`${path}.signature`, "dropped");
        }
        calls.push(encodeToolCall(part, context));
        break;
      case "opaque":
        if (part.protocol === "openai-chat" && part.name === "audio" && isObject(part.value)) {
          audio = part.value;
        } else context.losses.add(`${path}.${part.name}`, "dropped");
        break;
    }
  });
  return {
    role: "assistant",
    name: nameOf(message, context),
    ...replayFields(reasoning, context),
    content: contentOf(
      [...thinkingParts(reasoning, context), ...texts],
      calls.length > 0 || refusal !== "" || audio !== undefined,
    ),
    refusal: refusal || undefined,
    audio,
    tool_calls: calls.length === 0 ? undefined : calls,
  };
}

/** Text is one string, as all vendors take it; parts only where a cache marker or reasoning needs them. */
function contentOf(texts: readonly JsonObject[], hasOther: boolean): string | null | readonly JsonObject[] {
  if (texts.length === 0) return hasOther ? null : "";
  const isPlain = texts.every((part) => part.type === "text" && part.cache_control === undefined);
  if (!isPlain) return simplified(texts);
  return texts.map((part) => part.text).join("");
}

function encodeToolCall(part: ToolCallPart, { quirks, callIds }: PlacedContext): JsonObject {
  const { name } = part;
  const id = callIds?.assign(part.id) ?? part.id;
  if (part.kind === "function") {
    return {
      id,
      type: "function",
      function: { name, arguments: part.arguments === "" ? "{}" : part.arguments },
      extra_content: quirks.thought_signatures ? signatureField(part).extra_content : undefined,
    };
  }
  return quirks.custom_tools
    ? { id, type: "custom", custom: { name, input: part.arguments } }
    : { id, type: "function", function: { name, arguments: JSON.stringify({ input: part.arguments }) } };
}

/**
 * Reasoning goes back to where it came from only. `reasoning_details` says of each block whose it is, so that a
 * vendor that takes it (OpenRouter) can carry other protocols' blocks; a plain field carries this protocol's text.
 */
function isReplayable(part: ReasoningPart, { quirks }: PlacedContext): boolean {
  if (part.origin === undefined) return false;
  if (quirks.reasoning_field === "reasoning_details") return hasFormat(part.origin);
  if (quirks.reasoning_field === "none") return false;
  if (part.type === "redacted_thinking" && quirks.reasoning_field !== "reasoning_object") return false;
  return part.origin.protocol === "openai-chat";
}

function replayFields(
  reasoning: readonly ReasoningPart[],
  { quirks, losses, path }: PlacedContext,
): JsonObject | undefined {
  if (reasoning.length === 0) return undefined;
  if (quirks.reasoning_field === "reasoning_details")
    return { reasoning_details: reasoning.flatMap(encodeDetail) };
  if (reasoning.some((part) => part.type === "thinking" && part.signature !== undefined)) {
    losses.add(`${path}.thinking.signature`, "dropped");
  }
  if (quirks.reasoning_field === "reasoning_object") return { reasoning: reasoningObject(reasoning) };
  return quirks.reasoning_field === "content" ? {} : { [quirks.reasoning_field]: textOf(reasoning) };
}

/** Azure AI Foundry's form, its own opaque state as it came. */
function reasoningObject(reasoning: readonly ReasoningPart[]): JsonObject {
  const text = textOf(reasoning);
  const state = reasoning.map((part) => (part.type === "redacted_thinking" ? part.data : "")).join("");
  return { encrypted_content: state === "" ? null : state, content: text === "" ? null : text };
}

/** Mistral takes reasoning back as it sends it: https://docs.mistral.ai/capabilities/reasoning/ */
function thinkingParts(
  reasoning: readonly ReasoningPart[],
  { quirks }: PlacedContext,
): readonly JsonObject[] {
  if (quirks.reasoning_field !== "content" || reasoning.length === 0) return [];
  return [{ type: "thinking", thinking: [{ type: "text", text: textOf(reasoning) }], closed: true }];
}

function textOf(reasoning: readonly ReasoningPart[]): string {
  return reasoning.map((part) => (part.type === "thinking" ? part.text : "")).join("");
}
