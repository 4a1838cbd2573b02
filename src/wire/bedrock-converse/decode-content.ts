import type {
  AssistantPart,
  AudioPart,
  CacheMarker,
  FilePart,
  ImagePart,
  MediaSource,
  TextPart,
  ToolResultPart,
  UserPart,
} from "../neutral/part.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { converseOrigin, documentFormats, imageFormats } from "./schema.ts";

/** A content block with one key: its name, and a reader of what it holds. */
export interface NamedBlock {
  readonly name: string;
  readonly block: ObjectReader;
}

/** Blocks read one by one; a cache point marks the part before it. */
export function decodeBlocks<T extends object>(
  values: readonly unknown[],
  options: { readonly path: string; readonly decode: (block: NamedBlock) => T },
): T[] {
  const parts: T[] = [];
  for (const [i, value] of values.entries()) {
    const named = nameBlock(new ObjectReader(value, `${options.path}.${i}`));
    if (named.name !== "cachePoint") {
      parts.push(options.decode(named));
      continue;
    }
    const last = parts.at(-1);
    if (last === undefined) return invalid(named.block.path, "must follow the content it marks");
    parts[parts.length - 1] = { ...last, cache: decodeCachePoint(named.block) };
  }
  return parts;
}

/** A `cachePoint` block. */
export function decodeCachePoint(block: ObjectReader): CacheMarker {
  const point = block.object("cachePoint");
  point.oneOf("type", ["default"]);
  return { ttl: point.optionalOneOf("ttl", ["5m", "1h"]) ?? "5m" };
}

/** A block of a user turn. */
export function decodeUserBlock({ name, block }: NamedBlock): UserPart | ToolResultPart {
  switch (name) {
    case "text":
      return decodeText(block);
    case "image":
      return decodeImage(block.object(name));
    case "document":
      return decodeDocument(block.object(name));
    case "audio":
      return decodeAudio(block.object(name));
    case "toolResult":
      return decodeToolResult(block.object(name));
    case "toolUse":
    case "reasoningContent":
      return invalid(block.at(name), "must not stand in a user turn");
    default:
      return opaque({ name, block });
  }
}

/** A block of an assistant turn. */
export function decodeAssistantBlock({ name, block }: NamedBlock): AssistantPart {
  switch (name) {
    case "text":
      return decodeText(block);
    case "reasoningContent":
      return decodeReasoning(block.object(name));
    case "toolUse": {
      const call = block.object(name);
      return {
        type: "tool_call",
        id: call.string("toolUseId"),
        name: call.string("name"),
        arguments: JSON.stringify(call.object("input").value),
        kind: "function",
      };
    }
    case "citationsContent": {
      const cited = block.object(name);
      const texts = cited
        .array("content")
        .map((piece, i) => new ObjectReader(piece, `${cited.at("content")}.${i}`).string("text"));
      return {
        type: "text",
        text: texts.join(""),
        citations: { protocol: "bedrock-converse", value: cited.array("citations") },
      };
    }
    case "toolResult":
      return invalid(block.at(name), "must not stand in an assistant turn");
    default:
      return opaque({ name, block });
  }
}

/** A block that must be text. */
export function decodeText(block: ObjectReader): TextPart {
  return { type: "text", text: block.string("text") };
}

function nameBlock(block: ObjectReader): NamedBlock {
  const names = Object.keys(block.value).filter((key) => block.has(key));
  const [name] = names;
  if (name === undefined || names.length > 1) return invalid(block.path, "must have exactly one key");
  return { name, block };
}

function decodeReasoning(reasoning: ObjectReader): AssistantPart {
  if (reasoning.has("redactedContent")) {
    return { type: "redacted_thinking", data: reasoning.string("redactedContent"), origin: converseOrigin };
  }
  const words = reasoning.object("reasoningText");
  const signature = words.optionalString("signature") ?? "";
  const text = words.string("text");
  // Without a signature nobody can vouch for the text, so it has no origin and is replayed to no vendor.
  return signature === ""
    ? { type: "thinking", text }
    : { type: "thinking", text, signature, origin: converseOrigin };
}

function decodeToolResult(result: ObjectReader): ToolResultPart {
  return {
    type: "tool_result",
    toolCallId: result.string("toolUseId"),
    content: decodeBlocks(result.array("content"), { path: result.at("content"), decode: decodeResultBlock }),
    isError: result.optionalOneOf("status", ["success", "error"]) === "error",
  };
}

function decodeResultBlock({ name, block }: NamedBlock): ToolResultPart["content"][number] {
  switch (name) {
    case "text":
      return decodeText(block);
    case "json":
      return { type: "text", text: JSON.stringify(block.value.json) };
    case "image":
      return decodeImage(block.object(name));
    case "document":
      return decodeDocument(block.object(name));
    default:
      return opaque({ name, block });
  }
}

function decodeImage(image: ObjectReader): ImagePart {
  const format = image.oneOf("format", ["png", "jpeg", "gif", "webp"]);
  const mediaType = typeOf(imageFormats, format);
  return { type: "image", source: decodeSource(image.object("source"), mediaType) };
}

function decodeAudio(audio: ObjectReader): AudioPart {
  const format = audio.string("format");
  return { type: "audio", format, source: decodeSource(audio.object("source"), `audio/${format}`) };
}

function decodeDocument(document: ObjectReader): FilePart | ReturnType<typeof opaque> {
  const format = document.optionalOneOf("format", [...documentFormats.values()]) ?? "txt";
  const source = document.object("source");
  // One made of chunks has no neutral word, since each of them can be cited.
  if (source.has("content"))
    return {
      type: "opaque",
      name: "document",
      protocol: "bedrock-converse",
      value: { document: document.value },
    };
  const context = document.optionalString("context");
  const citations = document.optionalObject("citations")?.optionalBoolean("enabled");
  const mediaType = typeOf(documentFormats, format);
  return {
    type: "file",
    source: source.has("text")
      ? { kind: "text", mediaType, text: source.string("text") }
      : decodeSource(source, mediaType),
    filename: document.string("name"),
    ...(context !== undefined && { context }),
    ...(citations !== undefined && { citations }),
  };
}

function decodeSource(source: ObjectReader, mediaType: string): MediaSource {
  const location = source.optionalObject("s3Location");
  if (location !== undefined) return { kind: "url", url: location.string("uri") };
  return { kind: "base64", mediaType, data: source.string("bytes") };
}

function typeOf(formats: ReadonlyMap<string, string>, format: string): string {
  return [...formats].find(([, name]) => name === format)?.[0] ?? "application/octet-stream";
}

function opaque({ name, block }: NamedBlock) {
  return { type: "opaque" as const, name, protocol: "bedrock-converse" as const, value: block.value };
}
