import type { ModelTraits } from "../neutral/model-traits.ts";
import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { SystemPart, TextPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { ToolCallIds } from "../neutral/tool-call-ids.ts";
import type { JsonObject } from "../read-json.ts";
import { encodeAssistant } from "./encode-assistant.ts";
import { encodeToolResult, encodeUserContent, simplified } from "./encode-content.ts";
import { cacheControl, type EncodeContext, nameOf, type PlacedContext, placed } from "./encode-context.ts";

/** The conversation as `messages`. `instruction` is added to the instructions the caller gave. */
export function encodeMessages(
  request: NeutralRequest,
  { context, instruction }: { readonly context: EncodeContext; readonly instruction: string | undefined },
): readonly JsonObject[] {
  const messages = encodeSystem(request.system, context);
  if (instruction !== undefined) messages.push({ role: "system", content: instruction });
  pairToolCalls(request.messages, context.losses).forEach((message, i) => {
    addMessage(messages, { message, context: placed(context, `messages[${i}]`) });
  });
  return messages;
}

/** Ids for models that want so many letters and digits; undefined for others, to whom any id will do. */
export function callIdsFor({ toolCallIdLength: length }: ModelTraits): ToolCallIds | undefined {
  return length === undefined ? undefined : new ToolCallIds(length, toolIdRule);
}

const toolIdRule = { character: /[A-Za-z0-9_-]/, maxLength: 64 };

/** Neighbours of one role become one message: some chat templates accept a single system message only. */
function encodeSystem(system: readonly SystemPart[], context: EncodeContext): JsonObject[] {
  const messages: { role: string; parts: JsonObject[] }[] = [];
  system.forEach((part, i) => {
    const role = roleOf(part.role, context);
    const entry = encodeText(part, placed(context, `system[${i}]`));
    const last = messages.at(-1);
    if (last?.role === role) last.parts.push(entry);
    else messages.push({ role, parts: [entry] });
  });
  return messages.map(({ role, parts }) => ({ role, content: simplified(parts) }));
}

function roleOf(role: "system" | "developer", { quirks }: EncodeContext): string {
  return quirks.developer_role ? role : "system";
}

function encodeText(part: TextPart, context: PlacedContext): JsonObject {
  return { type: "text", text: part.text, cache_control: cacheControl(part.cache, context) };
}

interface PlacedMessage {
  readonly message: Message;
  readonly context: PlacedContext;
}

function addMessage(messages: JsonObject[], { message, context }: PlacedMessage): void {
  switch (message.role) {
    case "user": {
      const name = nameOf(message, context);
      messages.push({ role: "user", name, content: encodeUserContent(message.parts, context) });
      break;
    }
    case "assistant":
      messages.push(encodeAssistant(message, context));
      break;
    case "tool":
      messages.push(...encodeToolTurn(message, context));
      break;
    case "system": {
      const later = context.traits.midConversationSystem === false;
      if (later) context.losses.add(context.path, "emulated");
      const role = later ? "user" : roleOf(message.authority, context);
      const content = simplified(message.parts.map((part) => encodeText(part, context)));
      messages.push({ role, content });
    }
  }
}

/** One `tool` message a result; what these cannot hold follows in a user message after the last of them. */
function encodeToolTurn(
  message: Extract<Message, { role: "tool" }>,
  context: PlacedContext,
): readonly JsonObject[] {
  const moved: JsonObject[] = [];
  const messages: JsonObject[] = message.parts.map((part, i) => {
    const result = encodeToolResult(part, placed(context, `${context.path}.tool_result[${i}]`));
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
