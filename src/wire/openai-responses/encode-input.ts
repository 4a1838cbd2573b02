import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { SystemPart, TextPart, ToolResultPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import type { JsonObject } from "../read-json.ts";
import { callId } from "./call-id.ts";
import { encodeAssistant } from "./encode-assistant.ts";
import { encodeOutput, encodeUserContent } from "./encode-content.ts";
import { dropCache, type EncodeContext, type PartContext } from "./encode-context.ts";

/** The conversation as `input`. `instruction` is added to the instructions the caller gave. */
export function encodeInput(
  request: NeutralRequest,
  context: EncodeContext & { readonly instruction: string | undefined },
): readonly JsonObject[] {
  const items = encodeSystem(request.system, context);
  if (context.instruction !== undefined) items.push({ role: "system", content: context.instruction });
  const customs = customCalls(request.messages);
  pairToolCalls(request.messages, context.losses).forEach((message, i) => {
    items.push(...encodeMessage(message, { context: { ...context, path: `messages[${i}]` }, customs }));
  });
  return items;
}

/** Neighbours of one role become one message. */
function encodeSystem(system: readonly SystemPart[], context: EncodeContext): JsonObject[] {
  const items: { role: string; parts: TextPart[] }[] = [];
  system.forEach((part, i) => {
    dropCache(part.cache, { ...context, path: `system[${i}]` });
    const last = items.at(-1);
    if (last?.role === part.role) last.parts.push(part);
    else items.push({ role: part.role, parts: [part] });
  });
  return items.map(({ role, parts }) => ({ role, content: textsOf(parts) }));
}

function textsOf(parts: readonly TextPart[]): string | readonly JsonObject[] {
  const [first, ...more] = parts;
  if (first === undefined) return "";
  return more.length === 0 ? first.text : parts.map(({ text }) => ({ type: "input_text", text }));
}

interface MessageContext {
  readonly context: PartContext;
  /** Ids of calls of custom tools, whose results are items of their own kind. */
  readonly customs: ReadonlySet<string>;
}

function encodeMessage(message: Message, { context, customs }: MessageContext): readonly JsonObject[] {
  switch (message.role) {
    case "user":
      if (message.name !== undefined) context.losses.add(`${context.path}.name`, "dropped");
      return encodeUser(message, context);
    case "assistant":
      return encodeAssistant(message, context);
    case "tool":
      return message.parts.map((part, i) => {
        const path = `${context.path}.tool_result[${i}]`;
        return encodeResult(part, { context: { ...context, path }, customs });
      });
    case "system":
      return [{ role: message.authority, content: textsOf(message.parts) }];
  }
}

/** Items that only this protocol knows stand beside messages, not in them. */
function encodeUser(
  message: Extract<Message, { role: "user" }>,
  context: PartContext,
): readonly JsonObject[] {
  const own = message.parts.flatMap((part) =>
    part.type === "opaque" && part.protocol === "openai-responses" ? [part.value] : [],
  );
  const rest = message.parts.filter((part) => part.type !== "opaque" || part.protocol !== "openai-responses");
  const items: JsonObject[] = own.map((value) => ({ ...(typeof value === "object" ? value : {}) }));
  if (rest.length > 0 || own.length === 0) {
    items.push({ role: "user", content: encodeUserContent(rest, context) });
  }
  return items;
}

function encodeResult(part: ToolResultPart, { context, customs }: MessageContext): JsonObject {
  dropCache(part.cache, context);
  const custom = customs.has(part.toolCallId) && context.quirks.custom_tools;
  return {
    type: custom ? "custom_tool_call_output" : "function_call_output",
    call_id: callId(part.toolCallId),
    output: encodeOutput(part, context),
  };
}

function customCalls(messages: readonly Message[]): ReadonlySet<string> {
  const calls = messages.flatMap((message) => (message.role === "assistant" ? message.parts : []));
  return new Set(
    calls.flatMap((part) => (part.type === "tool_call" && part.kind === "custom" ? [part.id] : [])),
  );
}
