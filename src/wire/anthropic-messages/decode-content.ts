import { defined } from "../defined.ts";
import type { FilePart, ImagePart, MediaSource, OpaquePart, TextPart, VendorValue } from "../neutral/part.ts";
import { invalid, ObjectReader } from "../read-json.ts";
import { readCache } from "./cache-control.ts";

/** Content of a turn, of the system prompt or of a tool's result: a string, or blocks read one by one. */
export function decodeContent<T>(
  owner: ObjectReader,
  decodeBlock: (block: ObjectReader) => T,
): readonly (T | TextPart)[] {
  const content = owner.value.content;
  if (typeof content === "string") return [{ type: "text", text: content }];
  return decodeBlocks(content, { path: owner.at("content"), decodeBlock });
}

/** An array of blocks read one by one. */
export function decodeBlocks<T>(
  value: unknown,
  options: { readonly path: string; readonly decodeBlock: (block: ObjectReader) => T },
): T[] {
  const { path, decodeBlock } = options;
  if (!Array.isArray(value)) return invalid(path, "must be a string or an array of content blocks");
  return value.map((block, i) => decodeBlock(new ObjectReader(block, `${path}.${i}`)));
}

/** A `text` block. */
export function decodeText(block: ObjectReader): TextPart {
  const citations = block.optionalArray("citations");
  const text = block.string("text");
  const cache = readCache(block);
  if (citations.length > 0) return defined({ type: "text" as const, text, cache, citations: own(citations) });
  return cache === undefined ? { type: "text", text } : { type: "text", text, cache };
}

const textOnly = ["text"] as const;

/** A block that must be text: the system prompt holds nothing else. */
export function decodeTextOnly(block: ObjectReader): TextPart {
  block.oneOf("type", textOnly);
  return decodeText(block);
}

/** An `image` block. */
export function decodeImage(block: ObjectReader): ImagePart {
  const source = block.object("source");
  if (source.oneOf("type", ["base64", "url", "file"]) === "base64") {
    const mediaType = source.string("media_type");
    if (!mediaType.startsWith("image/")) invalid(source.at("media_type"), "must be the type of an image");
  }
  return defined({ type: "image" as const, source: decodeSource(source), cache: readCache(block) });
}

/** A `document` block. One made of content blocks has no neutral word, since each of them can be cited. */
export function decodeDocument(block: ObjectReader): FilePart | OpaquePart {
  const source = block.object("source");
  const kind = source.oneOf("type", ["base64", "text", "content", "url", "file"]);
  if (kind === "content") return opaque(block);
  const title = block.optionalString("title");
  const context = block.optionalString("context");
  const citations = block.optionalObject("citations")?.optionalBoolean("enabled");
  return defined({
    type: "file" as const,
    source:
      kind === "text"
        ? {
            kind,
            mediaType: source.optionalString("media_type") ?? "text/plain",
            text: source.string("data"),
          }
        : decodeSource(source),
    filename: title,
    context,
    citations,
    cache: readCache(block),
  });
}

/** A block that is kept as it is, for vendors of this protocol only. */
export function opaque(block: ObjectReader): OpaquePart {
  return { type: "opaque", name: block.string("type"), ...own(block.value) };
}

function decodeSource(source: ObjectReader): MediaSource {
  switch (source.oneOf("type", ["base64", "url", "file"])) {
    case "base64":
      return { kind: "base64", mediaType: source.string("media_type"), data: source.string("data") };
    case "url":
      return { kind: "url", url: source.string("url") };
    case "file":
      return { kind: "file-id", fileId: source.string("file_id"), protocol: "anthropic-messages" };
  }
}

function own(value: unknown): VendorValue {
  return { protocol: "anthropic-messages", value };
}
