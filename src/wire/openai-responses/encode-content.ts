import type { FilePart, MediaSource, ToolResultPart, UserPart } from "../neutral/part.ts";
import type { JsonObject } from "../read-json.ts";
import { dropCache, type PartContext } from "./encode-context.ts";

/** A user's parts as `content`: a string where one text says it all. */
export function encodeUserContent(
  parts: readonly UserPart[],
  context: PartContext,
): string | readonly JsonObject[] {
  return simplified(
    parts.flatMap((part, i) => encodePart(part, { ...context, path: `${context.path}.content[${i}]` })),
  );
}

/** What a tool answered: text as a string, anything else as parts. */
export function encodeOutput(part: ToolResultPart, context: PartContext): string | readonly JsonObject[] {
  const content = part.content.flatMap((entry, i) =>
    encodePart(entry, { ...context, path: `${context.path}.content[${i}]` }),
  );
  if (part.isError) {
    // The protocol has no flag for a failed tool: the model must read it.
    context.losses.add(`${context.path}.is_error`, "emulated");
    const [first] = content;
    if (first?.type === "input_text") content[0] = { ...first, text: `Error: ${String(first.text)}` };
    else content.unshift({ type: "input_text", text: "Error: the tool failed." });
  }
  return simplified(content);
}

function simplified(parts: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first, ...more] = parts;
  if (first === undefined) return "";
  return first.type === "input_text" && more.length === 0 && typeof first.text === "string"
    ? first.text
    : parts;
}

/** One part, or nothing when the protocol has no word for it, which is then a loss. */
function encodePart(part: UserPart, context: PartContext): readonly JsonObject[] {
  if (part.type !== "opaque") dropCache(part.cache, context);
  switch (part.type) {
    case "text":
      return [{ type: "input_text", text: part.text }];
    case "image": {
      const source = encodeSource(part.source, "image_url");
      if (source === undefined) return dropped(context, "image_url");
      return [{ type: "input_image", ...source, ...(part.detail !== undefined && { detail: part.detail }) }];
    }
    case "audio":
      if (part.source.kind !== "base64") return dropped(context, "input_audio");
      return [{ type: "input_audio", input_audio: { data: part.source.data, format: part.format } }];
    case "file":
      return encodeFile(part, context);
    case "opaque":
      return dropped(context, part.name);
  }
}

function encodeFile(part: FilePart, context: PartContext): readonly JsonObject[] {
  const { source, filename } = part;
  if (part.context !== undefined) context.losses.add(`${context.path}.context`, "dropped");
  if (part.citations === true) context.losses.add(`${context.path}.citations`, "dropped");
  if (source.kind === "text") {
    context.losses.add(`${context.path}.file`, "emulated");
    const title = filename === undefined ? "" : `${filename}:\n`;
    return [{ type: "input_text", text: `${title}${source.text}` }];
  }
  const encoded = encodeSource(source, source.kind === "url" ? "file_url" : "file_data");
  if (encoded === undefined) return dropped(context, "file");
  // Inline bytes need a name, which tells the vendor what they are.
  const named = filename ?? (source.kind === "base64" ? nameFor(source.mediaType) : undefined);
  return [{ type: "input_file", ...(named !== undefined && { filename: named }), ...encoded }];
}

function encodeSource(source: MediaSource, field: string): JsonObject | undefined {
  switch (source.kind) {
    case "url":
      return { [field]: source.url };
    case "base64":
      return { [field]: `data:${source.mediaType};base64,${source.data}` };
    case "file-id":
      // The vendor's files are the same for both of its protocols.
      return source.protocol === "openai-chat" || source.protocol === "openai-responses"
        ? { file_id: source.fileId }
        : undefined;
  }
}

function nameFor(mediaType: string): string {
  return mediaType === "application/pdf" ? "document.pdf" : "document.txt";
}

function dropped(context: PartContext, name: string): readonly JsonObject[] {
  context.losses.add(`${context.path}.${name}`, "dropped");
  return [];
}
