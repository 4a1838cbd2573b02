import type { FilePart, ImagePart, MediaSource } from "../neutral/part.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { imageTypes, type WireBlock } from "./schema.ts";

/** An `image` block; undefined, with a loss, when the API cannot take the image. */
export function encodeImage(part: ImagePart, at: MediaPlace): WireBlock | undefined {
  const { path, scope } = at;
  const source = imageSource(part.source);
  if (source === undefined) {
    scope.losses.add(path, "dropped");
    return undefined;
  }
  if (part.detail !== undefined && part.detail !== "auto") scope.losses.add(`${path}.detail`, "dropped");
  return { type: "image", source };
}

/** Where a part stands in the caller's request. */
export interface MediaPlace {
  readonly path: string;
  readonly scope: EncodeScope;
}

/** A `document` block (an `image` block for a picture sent as a file); undefined, with a loss, for other types. */
export function encodeFile(part: FilePart, at: MediaPlace): WireBlock | undefined {
  const { path, scope } = at;
  const { source } = part;
  if (source.kind === "base64" && source.mediaType.startsWith("image/")) {
    return encodeImage({ type: "image", source }, at);
  }
  const encoded = documentSource(source);
  if (encoded === undefined) {
    scope.losses.add(path, "dropped");
    return undefined;
  }
  if (encoded.type === "text" && "mediaType" in source && mediaType(source.mediaType) !== "text/plain") {
    scope.losses.add(`${path}.media_type`, "clamped");
  }
  return {
    type: "document",
    source: encoded,
    ...(part.filename !== undefined && { title: part.filename }),
    ...(part.context !== undefined && { context: part.context }),
    ...(part.citations !== undefined && { citations: { enabled: part.citations } }),
  };
}

interface WireSource {
  readonly type: "base64" | "text" | "url" | "file";
  readonly media_type?: string;
  readonly data?: string;
  readonly url?: string;
  readonly file_id?: string;
}

function imageSource(source: MediaSource): WireSource | undefined {
  if (source.kind !== "base64") return referenceSource(source);
  // A common misspelling that the API refuses.
  const type = source.mediaType === "image/jpg" ? "image/jpeg" : source.mediaType;
  return imageTypes.has(type) ? { type: "base64", media_type: type, data: source.data } : undefined;
}

function documentSource(source: FilePart["source"]): WireSource | undefined {
  if (source.kind === "text") return { type: "text", media_type: "text/plain", data: source.text };
  if (source.kind !== "base64") return referenceSource(source);
  const type = mediaType(source.mediaType);
  if (type === "application/pdf") return { type: "base64", media_type: type, data: source.data };
  if (!isText(type)) return undefined;
  const text = Buffer.from(source.data, "base64").toString("utf8");
  return { type: "text", media_type: "text/plain", data: text };
}

/** A file id of another protocol's vendor names nothing here, and the API fetches from the web only. */
function referenceSource(source: Exclude<MediaSource, { kind: "base64" }>): WireSource | undefined {
  if (source.kind === "url") {
    return /^https?:\/\//i.test(source.url) ? { type: "url", url: source.url } : undefined;
  }
  return source.protocol === "anthropic-messages" ? { type: "file", file_id: source.fileId } : undefined;
}

function mediaType(value: string): string {
  return (value.split(";", 1)[0] ?? "").trim().toLowerCase();
}

const textTypes: ReadonlySet<string> = new Set([
  "application/json",
  "application/xml",
  "application/yaml",
  "application/javascript",
  "application/x-ndjson",
]);

function isText(type: string): boolean {
  return type.startsWith("text/") || textTypes.has(type) || /\+(json|xml)$/.test(type);
}
