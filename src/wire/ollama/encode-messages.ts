import { toToolInput } from "../json/tool-input.ts";
import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { AssistantPart, ToolCallPart, ToolResultPart } from "../neutral/part.ts";
import type { Message, NeutralRequest } from "../neutral/request.ts";
import { encodeContent, encodeText } from "./encode-content.ts";
import type { EncodeScope, PartPlace } from "./encode-scope.ts";
import { ollamaOrigin, type WireMessage, type WireToolCall } from "./schema.ts";

/** The conversation as `messages`: instructions in one message, since many templates place a single one only. */
export function encodeMessages(request: NeutralRequest, scope: EncodeScope): readonly WireMessage[] {
  const messages: WireMessage[] = [];
  const system = request.system.map((part, i) => encodeText(part, { path: `system[${i}]`, scope }));
  if (system.length > 0) messages.push({ role: "system", content: system.join("\n\n") });
  const names = new Map<string, string>();
  pairToolCalls(request.messages, scope.losses).forEach((message, i) => {
    messages.push(...encodeMessage(message, { path: `messages[${i}]`, scope, names }));
  });
  return messages;
}

interface MessagePlace extends PartPlace {
  /** Names of the calls so far, by id: a result is told by its function's name. */
  readonly names: Map<string, string>;
}

function encodeMessage(message: Message, at: MessagePlace): readonly WireMessage[] {
  const { losses } = at.scope;
  if ("name" in message && message.name !== undefined) losses.add(`${at.path}.name`, "dropped");
  switch (message.role) {
    case "user": {
      const { texts, images } = encodeContent(message.parts, at);
      return [{ role: "user", content: texts.join("\n"), ...imagesField(images) }];
    }
    case "assistant":
      return [encodeAssistant(message.parts, at)];
    case "tool":
      return encodeResults(message.parts, at);
    case "system": {
      const texts = message.parts.map((part, j) =>
        encodeText(part, { ...at, path: `${at.path}.content[${j}]` }),
      );
      return [{ role: "system", content: texts.join("\n\n") }];
    }
  }
}

function encodeAssistant(parts: readonly AssistantPart[], at: MessagePlace): WireMessage {
  const { losses } = at.scope;
  let content = "";
  let thinking = "";
  const calls: WireToolCall[] = [];
  parts.forEach((part, j) => {
    const path = `${at.path}.content[${j}]`;
    switch (part.type) {
      case "text":
        content += encodeText(part, { ...at, path });
        break;
      case "refusal":
        content += part.text;
        break;
      case "tool_call":
        at.names.set(part.id, part.name);
        calls.push(encodeCall(part, { ...at, path }));
        break;
      case "thinking":
        // A thought is nobody else's: another vendor's would be read as the model's own.
        if (part.origin?.protocol === ollamaOrigin.protocol) thinking += part.text;
        else losses.add(`${at.path}.thinking`, "dropped");
        break;
      case "redacted_thinking":
        losses.add(`${at.path}.thinking`, "dropped");
        break;
      case "opaque":
        losses.add(`${path}.${part.name}`, "dropped");
    }
  });
  return {
    role: "assistant",
    content,
    ...(thinking !== "" && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function encodeCall(part: ToolCallPart, { path, scope: { losses } }: PartPlace): WireToolCall {
  const { input, wrapped } =
    part.kind === "custom"
      ? { input: { input: part.arguments }, wrapped: false }
      : toToolInput(part.arguments);
  if (wrapped) losses.add(`${path}.arguments`, "emulated");
  if (part.cache !== undefined) losses.add(`${path}.cache_control`, "dropped");
  if (part.signature !== undefined) losses.add(`${path}.signature`, "dropped");
  return { id: part.id, function: { name: part.name, arguments: input } };
}

/** A message for each result; pictures follow in a user's message, since templates show none in a result. */
function encodeResults(parts: readonly ToolResultPart[], at: MessagePlace): readonly WireMessage[] {
  const { losses } = at.scope;
  const moved: WireMessage[] = [];
  const results = parts.map((part, j): WireMessage => {
    const path = `${at.path}.tool_result[${j}]`;
    const { texts, images } = encodeContent(part.content, { ...at, path });
    const name = at.names.get(part.toolCallId);
    if (part.cache !== undefined) losses.add(`${path}.cache_control`, "dropped");
    if (part.isError) losses.add(`${path}.is_error`, "emulated");
    if (images.length > 0) {
      losses.add(`${path}.content`, "emulated");
      moved.push({ role: "user", content: `Content of the result of \`${name ?? "tool"}\`:`, images });
    }
    const text = texts.join("\n");
    return {
      role: "tool",
      content: part.isError ? `Error: ${text === "" ? "the tool failed." : text}` : text,
      ...(name !== undefined && { tool_name: name }),
      tool_call_id: part.toolCallId,
    };
  });
  return [...results, ...moved];
}

function imagesField(images: readonly string[]): Pick<WireMessage, "images"> {
  return images.length === 0 ? {} : { images };
}
