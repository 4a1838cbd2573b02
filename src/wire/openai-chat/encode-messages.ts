import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { SystemPart, TextPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { ToolCallIds } from "../neutral/tool-call-ids.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeAssistant } from "./encode-assistant.ts";
import { encodeToolResult, encodeUserContent, simplified } from "./encode-content.ts";
import { cacheField, type EncodeContext, nameOf } from "./encode-context.ts";

/** The conversation as `messages`. `instruction` is added to the instructions the caller gave. */
export function encodeMessages(
  request: NeutralRequest,
  context: EncodeContext & { readonly instruction: string | undefined },
): readonly JsonObject[] {
  const messages = encodeSystem(request.system, context);
  if (context.instruction !== undefined) messages.push({ role: "system", content: context.instruction });
  const length = context.traits.toolCallIdLength;
  const ids = length === undefined ? {} : { callIds: new ToolCallIds(length, toolIdRule) };
  pairToolCalls(request.messages, context.losses).forEach((message, i) => {
    messages.push(...encodeMessage(message, { ...context, ...ids, path: `messages[${i}]` }));
  });
  return messages;
}

/** Any id will do; the models this matters for want so many letters and digits. */
const toolIdRule = { character: /[A-Za-z0-9_-]/, maxLength: 64 };

type Path = EncodeContext & { readonly path: string };

/** Neighbours of one role become one message: some chat templates accept a single system message only. */
function encodeSystem(system: readonly SystemPart[], context: EncodeContext): JsonObject[] {
  const messages: { role: string; parts: JsonObject[] }[] = [];
  system.forEach((part, i) => {
    const role = roleOf(part.role, context);
    const entry = encodeText(part, { ...context, path: `system[${i}]` });
    const last = messages.at(-1);
    if (last?.role === role) last.parts.push(entry);
    else messages.push({ role, parts: [entry] });
  });
  return messages.map(({ role, parts }) => ({ role, content: simplified(parts) }));
}

function roleOf(role: "system" | "developer", { quirks }: EncodeContext): string {
  return quirks.developer_role ? role : "system";
}

function encodeText(part: TextPart, context: Path): JsonObject {
  return { type: "text", text: part.text, ...cacheField(part.cache, context) };
}

function encodeMessage(message: Message, context: Path): readonly JsonObject[] {
  switch (message.role) {
    case "user":
      return [
        { role: "user", ...nameOf(message, context), content: encodeUserContent(message.parts, context) },
      ];
    case "assistant":
      return [encodeAssistant(message, context)];
    case "tool":
      return encodeToolTurn(message, context);
    case "system": {
      const later = context.traits.midConversationSystem === false;
      if (later) context.losses.add(context.path, "emulated");
      const role = later ? "user" : roleOf(message.authority, context);
      return [{ role, content: simplified(message.parts.map((part) => encodeText(part, context))) }];
    }
  }
}

/** One `tool` message a result; what these cannot hold follows in a user message after the last of them. */
function encodeToolTurn(message: Extract<Message, { role: "tool" }>, context: Path): readonly JsonObject[] {
  const moved: JsonObject[] = [];
  const messages: JsonObject[] = message.parts.map((part, i) => {
    const result = encodeToolResult(part, { ...context, path: `${context.path}.tool_result[${i}]` });
    if (result.moved.length > 0) {
      moved.push({ type: "text", text: `Content of the tool result ${part.toolCallId}:` }, ...result.moved);
    }
    return {
      role: "tool",
      tool_call_id: context.callIds?.of(part.toolCallId) ?? part.toolCallId,
      content: result.content,
    };
  });
  return moved.length === 0 ? messages : [...messages, { role: "user", content: moved }];
}
