import type { ToolResultPart, UserPart } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";
import { cacheControl, type PlacedContext, placed } from "./encode-context.ts";

/** A user's parts as `content`: a string where one text says it all, for vendors that know nothing else. */
export function encodeUserContent(
  parts: readonly UserPart[],
  context: PlacedContext,
): string | readonly JsonObject[] {
  const encoded: JsonObject[] = [];
  parts.forEach((part, i) => {
    const entry = encodeUserPart(part, placed(context, `${context.path}.content[${i}]`));
    if (entry !== undefined) encoded.push(entry);
  });
  return simplified(encoded);
}

/** `""` for nothing, the text itself for one plain text, else the parts. */
export function simplified(parts: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first] = parts;
  if (first === undefined) return "";
  const plain = first.type === "text" && first.cache_control === undefined && parts.length === 1;
  return plain && typeof first.text === "string" ? first.text : parts;
}

/** One part; undefined when the protocol has no word for it, which is then a loss of `context.path`. */
export function encodeUserPart(part: UserPart, context: PlacedContext): JsonObject | undefined {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text, cache_control: cacheControl(part.cache, context) };
    case "image": {
      const url = mediaUrl(part.source);
      if (url === undefined) return dropped(context, "image_url");
      const image_url = { url, detail: part.detail };
      return { type: "image_url", image_url, cache_control: cacheControl(part.cache, context) };
    }
    case "audio":
      if (part.source.kind !== "base64") return dropped(context, "input_audio");
      return {
        type: "input_audio",
        input_audio: { data: part.source.data, format: part.format },
        cache_control: cacheControl(part.cache, context),
      };
    case "file":
      return encodeFile(part, context);
    case "opaque":
      return part.protocol === "openai-chat" ? asObject(part.value) : dropped(context, part.name);
  }
}

type Media = Extract<UserPart, { type: "image" }>["source"];

function mediaUrl(source: Media): string | undefined {
  if (source.kind === "file-id") return undefined;
  return source.kind === "url" ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

/** Text documents are inlined, since vendors of this protocol read PDF files at most. */
function encodeFile(
  part: Extract<UserPart, { type: "file" }>,
  context: PlacedContext,
): JsonObject | undefined {
  const { source, filename } = part;
  if (part.context !== undefined) context.losses.add(`${context.path}.context`, "dropped");
  if (part.citations === true) context.losses.add(`${context.path}.citations`, "dropped");
  const cache_control = cacheControl(part.cache, context);
  switch (source.kind) {
    case "text": {
      context.losses.add(`${context.path}.file`, "emulated");
      const title = filename === undefined ? "" : `${filename}:\n`;
      return { type: "text", text: `${title}${source.text}`, cache_control };
    }
    case "base64": {
      const file_data = `data:${source.mediaType};base64,${source.data}`;
      return { type: "file", file: { filename, file_data }, cache_control };
    }
    case "file-id":
      // OpenAI's files are the same for both of its protocols.
      if (source.protocol !== "openai-chat" && source.protocol !== "openai-responses") {
        return dropped(context, "file");
      }
      return { type: "file", file: { filename, file_id: source.fileId }, cache_control };
    case "url":
      return { type: "file", file: { filename, file_data: source.url }, cache_control };
  }
}

/** A tool result's text, and what must move into a user message because `tool` messages hold text only. */
export function encodeToolResult(
  part: ToolResultPart,
  context: PlacedContext,
): { content: string | readonly JsonObject[]; moved: readonly JsonObject[] } {
  const content: JsonObject[] = [];
  const moved: JsonObject[] = [];
  part.content.forEach((entry, i) => {
    const path = `${context.path}.content[${i}]`;
    const encoded = encodeUserPart(entry, placed(context, path));
    if (encoded === undefined) return;
    if (encoded.type === "text" || (entry.type === "image" && context.quirks.image_in_tool_result)) {
      content.push(encoded);
    } else {
      context.losses.add(path, "emulated");
      moved.push(encoded);
    }
  });
  if (part.isError) {
    context.losses.add(`${context.path}.is_error`, "emulated");
    markError(content);
  }
  const cache_control = cacheControl(part.cache, context);
  const last = content.at(-1);
  if (last !== undefined && cache_control !== undefined) {
    content[content.length - 1] = { ...last, cache_control };
  }
  if (content.length === 0 && moved.length > 0)
    content.push({ type: "text", text: "(see the next message)" });
  return { content: simplified(content), moved };
}

/** The protocol has no flag for a failed tool: the model must read it. */
function markError(content: JsonObject[]): void {
  const [first] = content;
  if (first?.type === "text" && typeof first.text === "string") {
    content[0] = { ...first, text: `Error: ${first.text}` };
  } else {
    content.unshift({ type: "text", text: "Error: the tool failed." });
  }
}

function dropped(context: PlacedContext, name: string): undefined {
  context.losses.add(`${context.path}.${name}`, "dropped");
  return undefined;
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}
