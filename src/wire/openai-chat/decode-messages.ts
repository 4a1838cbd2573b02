import { defined } from "../defined.ts";
import type { AssistantPart, SystemPart, ToolCallPart, ToolResultPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { decodeCacheMarker } from "./cache-marker.ts";
import { decodeImagePart, decodeTextContent, decodeTextPart, decodeUserContent } from "./decode-content.ts";
import { decodeReplayedReasoning } from "./decode-replayed-reasoning.ts";
import { readSignature, standsAlone } from "./thought-signature.ts";

const roles = ["developer", "system", "user", "assistant", "tool", "function"] as const;

/** Tool calls of the last assistant turn that no result has answered yet: id to the call's path. */
type OpenCalls = Map<string, string>;

interface Turn {
  readonly reader: ObjectReader;
  /** Of the message in `messages`. */
  readonly index: number;
  readonly open: OpenCalls;
}

/**
 * `messages`: instructions before the first turn apart, consecutive results of tools in one turn. Calls and results
 * must pair as OpenAI's server demands (wire rules of the Chat Completions API): every call answered before the next
 * turn, every result right after its call.
 */
export function decodeMessages(body: ObjectReader): {
  system: readonly SystemPart[];
  messages: readonly Message[];
} {
  const entries = body.array("messages");
  if (entries.length === 0) invalid("messages", "must have at least one message");
  const system: SystemPart[] = [];
  const messages: Message[] = [];
  const open: OpenCalls = new Map();
  entries.forEach((entry, i) => {
    const reader = new ObjectReader(entry, `messages[${i}]`);
    const role = reader.oneOf("role", roles);
    if (role === "tool" || role === "function") {
      addToolResult(messages, decodeToolResult({ reader, index: i, open }));
      return;
    }
    requireAnswered(open);
    if (role === "system" || role === "developer") {
      const parts = marked(decodeTextContent(reader.value.content, reader.at("content")), reader);
      if (messages.length > 0) messages.push({ role: "system", authority: role, parts });
      else for (const part of parts) system.push({ ...part, role });
      return;
    }
    const message: Message =
      role === "user"
        ? { role, parts: marked(decodeUserContent(reader.value.content, reader.at("content")), reader) }
        : { role, parts: decodeAssistant({ reader, index: i, open }) };
    const name = reader.optionalString("name");
    messages.push(name === undefined ? message : { ...message, name });
  });
  requireAnswered(open);
  return { system, messages };
}

function decodeAssistant({ reader, index, open }: Turn): AssistantPart[] {
  const parts: AssistantPart[] = [...decodeReplayedReasoning(reader)];
  if (reader.has("content")) addAssistantContent(parts, reader);
  signText(parts, reader);
  const refusal = reader.optionalString("refusal");
  if (refusal !== undefined && refusal !== "") parts.push({ type: "refusal", text: refusal });
  const audio = reader.optionalObject("audio");
  if (audio !== undefined) {
    parts.push({
      type: "opaque",
      name: "audio",
      protocol: "openai-chat",
      value: { id: audio.string("id") },
    });
  }
  for (const [call, path] of decodeToolCalls(reader, index)) {
    if (open.has(call.id)) invalid(`${path}.id`, `repeats the id ${JSON.stringify(call.id)}`);
    open.set(call.id, path);
    parts.push(call);
  }
  if (parts.length === 0 && !reader.has("content") && reader.value.refusal === undefined) {
    invalid(reader.at("content"), "is required unless the message has `tool_calls`");
  }
  return marked(parts, reader);
}

/** The signature of a text stands on the message, for its last text; one without a text is that of an empty one. */
function signText(parts: AssistantPart[], reader: ObjectReader): void {
  const signed = readSignature(reader.value);
  if (signed.signature === undefined) return;
  const last = parts.at(-1);
  if (last?.type === "text" && !standsAlone(reader.value)) parts[parts.length - 1] = { ...last, ...signed };
  else parts.push({ type: "text", text: "", ...signed });
}

const assistantPartTypes = ["text", "refusal"] as const;

function addAssistantContent(parts: AssistantPart[], reader: ObjectReader): void {
  const { content } = reader.value;
  if (typeof content === "string") {
    if (content !== "") parts.push({ type: "text", text: content });
    return;
  }
  reader.array("content").forEach((entry, i) => {
    const part = new ObjectReader(entry, `${reader.at("content")}[${i}]`);
    const isText = part.oneOf("type", assistantPartTypes) === "text";
    parts.push(isText ? decodeTextPart(part) : { type: "refusal", text: part.string("refusal") });
  });
}

/** `tool_calls`, or the deprecated `function_call`, which has no id: its result is the next message. */
function decodeToolCalls(reader: ObjectReader, index: number): [ToolCallPart, string][] {
  const calls = reader.optionalArray("tool_calls").map((entry, i): [ToolCallPart, string] => {
    const path = `${reader.at("tool_calls")}[${i}]`;
    return [decodeToolCall(new ObjectReader(entry, path)), path];
  });
  const legacy = reader.optionalObject("function_call");
  if (legacy !== undefined) {
    const call: ToolCallPart = {
      type: "tool_call",
      id: legacyId(legacy.string("name"), index),
      name: legacy.string("name"),
      arguments: legacy.string("arguments"),
      kind: "function",
    };
    calls.push([call, legacy.path]);
  }
  return calls;
}

const callTypes = ["function", "custom"] as const;

function decodeToolCall(reader: ObjectReader): ToolCallPart {
  const id = reader.string("id");
  const custom = reader.optionalOneOf("type", callTypes) === "custom";
  const body = reader.object(custom ? "custom" : "function");
  const cache = decodeCacheMarker(reader);
  const { signature, origin } = readSignature(reader.value);
  return defined({
    type: "tool_call" as const,
    id,
    name: body.string("name"),
    arguments: body.string(custom ? "input" : "arguments"),
    kind: custom ? ("custom" as const) : ("function" as const),
    cache,
    signature,
    origin,
  });
}

function decodeToolResult({ reader, index, open }: Turn): ToolResultPart {
  const legacy = reader.value.role === "function";
  const toolCallId = legacy ? legacyId(reader.string("name"), index - 1) : reader.string("tool_call_id");
  if (!open.delete(toolCallId)) {
    invalid(
      reader.at(legacy ? "name" : "tool_call_id"),
      "answers no tool call of the assistant message before it",
    );
  }
  const cache = decodeCacheMarker(reader);
  const content = decodeResultContent(reader);
  const result = { type: "tool_result", toolCallId, content, isError: false } as const;
  return cache === undefined ? result : { ...result, cache };
}

/** Text as the API says; images too, which some vendors and clients allow. */
function decodeResultContent(reader: ObjectReader): ToolResultPart["content"] {
  const { content } = reader.value;
  // A function without a result sends null.
  if (content === null && reader.value.role === "function") return [];
  if (!Array.isArray(content)) return decodeTextContent(content, reader.at("content"));
  return content.map((entry, i) => {
    const part = new ObjectReader(entry, `${reader.at("content")}[${i}]`);
    return part.oneOf("type", ["text", "image_url"]) === "text"
      ? decodeTextPart(part)
      : decodeImagePart(part);
  });
}

function addToolResult(messages: Message[], result: ToolResultPart): void {
  const last = messages.at(-1);
  if (last?.role === "tool") messages[messages.length - 1] = { ...last, parts: [...last.parts, result] };
  else messages.push({ role: "tool", parts: [result] });
}

function requireAnswered(open: OpenCalls): void {
  for (const [id, path] of open) {
    invalid(`${path}.id`, `${JSON.stringify(id)} is not answered by a \`tool\` message right after it`);
  }
}

/** In the deprecated protocol a result is the next message and refers to its call by the function's name. */
function legacyId(name: string, callIndex: number): string {
  return `call_${name}_${callIndex}`;
}

const markable: ReadonlySet<string> = new Set(["text", "image", "audio", "file", "tool_call"]);

/** A marker on the message marks its last part that can carry one. */
function marked<T extends { readonly type: string }>(parts: T[], reader: ObjectReader): T[] {
  const cache = decodeCacheMarker(reader);
  if (cache === undefined) return parts;
  const at = parts.findLastIndex((part) => markable.has(part.type));
  const last = parts[at];
  if (last !== undefined) parts[at] = { ...last, cache };
  return parts;
}
