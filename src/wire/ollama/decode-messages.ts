import type { AssistantPart, SystemPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { Message } from "../neutral/request.ts";
import { invalid, ObjectReader, readString } from "../read-json.ts";
import { mediaTypeOf } from "./media-type.ts";
import { ollamaOrigin } from "./schema.ts";

/** A call that waits for its result. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** What is read so far. */
interface Conversation {
  readonly system: SystemPart[];
  readonly messages: Message[];
  open: OpenCall[];
}

/**
 * `messages`: instructions before the first turn apart, consecutive results of tools in one turn. Ids are optional: a call
 * without one gets an id by its place, and a result without one answers the first open call of its function.
 */
export function decodeMessages(body: ObjectReader): {
  readonly system: readonly SystemPart[];
  readonly messages: readonly Message[];
} {
  const entries = body.array("messages");
  if (entries.length === 0) invalid("messages", "must have at least one message");
  const read: Conversation = { system: [], messages: [], open: [] };
  entries.forEach((entry, i) => {
    addMessage(read, new ObjectReader(entry, `messages[${i}]`), i);
  });
  return { system: read.system, messages: read.messages };
}

function addMessage(read: Conversation, ...[reader, index]: readonly [ObjectReader, number]): void {
  const { system, messages } = read;
  switch (reader.oneOf("role", ["system", "user", "assistant", "tool"])) {
    case "system": {
      const part = { type: "text", text: contentOf(reader) } as const;
      if (messages.length === 0) system.push({ ...part, role: "system" });
      else messages.push({ role: "system", authority: "system", parts: [part] });
      break;
    }
    case "user":
      messages.push({ role: "user", parts: [...textPart(reader), ...decodeImages(reader)] });
      break;
    case "assistant": {
      const parts = decodeAssistant(reader, index);
      read.open = parts.flatMap((part) => (part.type === "tool_call" ? [part] : []));
      messages.push({ role: "assistant", parts });
      break;
    }
    case "tool": {
      const result = decodeResult(reader, read);
      const last = messages.at(-1);
      if (last?.role === "tool") messages[messages.length - 1] = { ...last, parts: [...last.parts, result] };
      else messages.push({ role: "tool", parts: [result] });
    }
  }
}

function decodeAssistant(reader: ObjectReader, index: number): readonly AssistantPart[] {
  const thinking = reader.optionalString("thinking") ?? "";
  const calls = reader.optionalArray("tool_calls").map((entry, j): AssistantPart => {
    const call = new ObjectReader(entry, `${reader.at("tool_calls")}[${j}]`);
    const called = call.object("function");
    const id = call.optionalString("id") ?? "";
    return {
      type: "tool_call",
      id: id === "" ? `call_${index}_${j}` : id,
      name: called.string("name"),
      arguments: JSON.stringify(called.optionalObject("arguments")?.value ?? {}),
      kind: "function",
    };
  });
  return [
    ...(thinking === "" ? [] : [{ type: "thinking" as const, text: thinking, origin: ollamaOrigin }]),
    ...textPart(reader),
    ...calls,
  ];
}

function decodeResult(reader: ObjectReader, read: Conversation): ToolResultPart {
  const id = reader.optionalString("tool_call_id") ?? "";
  const name = reader.optionalString("tool_name");
  const { open } = read;
  let at = id === "" ? -1 : open.findIndex((call) => call.id === id);
  if (at === -1 && id === "") at = open.findIndex((call) => name === undefined || call.name === name);
  const call = open[at];
  if (call === undefined) {
    const field = id === "" ? "tool_name" : "tool_call_id";
    return invalid(reader.at(field), "answers no tool call of the assistant message before it");
  }
  read.open = open.filter((other) => other !== call);
  return {
    type: "tool_result",
    toolCallId: call.id,
    content: [...textPart(reader), ...decodeImages(reader)],
    isError: false,
  };
}

function contentOf(reader: ObjectReader): string {
  return reader.optionalString("content") ?? "";
}

function textPart(reader: ObjectReader): readonly { readonly type: "text"; readonly text: string }[] {
  const text = contentOf(reader);
  return text === "" ? [] : [{ type: "text", text }];
}

type ImagePart = Extract<UserPart, { type: "image" }>;

function decodeImages(reader: ObjectReader): readonly ImagePart[] {
  return reader.optionalArray("images").map((entry, j): ImagePart => {
    const path = `${reader.at("images")}[${j}]`;
    const data = readString(entry, path);
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data))
      invalid(path, "must be bytes in base64, without a `data:` prefix");
    return { type: "image", source: { kind: "base64", mediaType: mediaTypeOf(data), data } };
  });
}
