import type { AudioPart, FilePart, ImagePart, MediaSource } from "../neutral/part.ts";
import { invalid } from "../read-json.ts";
import { withoutExtension } from "./document-names.ts";
import type { PartPlace } from "./encode-scope.ts";
import { documentFormats, imageFormats, type WireBlock } from "./schema.ts";

/** Whether the API takes only the bytes of such a source: it fetches nothing but its own cloud's objects. */
export function inlineMedia(source: MediaSource): boolean {
  return source.kind === "url" && !source.url.startsWith("s3://");
}

/** Pictures, documents and sounds the API has a format for. */
export const inlineTypes: ReadonlySet<string> = new Set([
  ...imageFormats.keys(),
  ...documentFormats.keys(),
  ...["wav", "mpeg", "flac", "ogg", "aac", "mp4", "webm"].map((name) => `audio/${name}`),
]);

/** An `image` block; undefined, with a loss, when the API cannot take the image. */
export function encodeImage(part: ImagePart, { path, scope }: PartPlace): WireBlock | undefined {
  const source = encodeSource(part.source, path);
  const format =
    part.source.kind === "base64"
      ? imageFormats.get(mediaType(part.source.mediaType))
      : formatOfUrl(part.source);
  if (source === undefined || format === undefined || ![...imageFormats.values()].includes(format)) {
    scope.losses.add(path, "dropped");
    return undefined;
  }
  if (part.detail !== undefined && part.detail !== "auto") scope.losses.add(`${path}.detail`, "dropped");
  return { image: { format, source } };
}

/** An `audio` block; which models take one is theirs to say. */
export function encodeAudio(part: AudioPart, { path, scope }: PartPlace): WireBlock | undefined {
  const source = encodeSource(part.source, path);
  if (source !== undefined) return { audio: { format: part.format, source } };
  scope.losses.add(path, "dropped");
  return undefined;
}

/** A `document` block (an `image` block for a picture sent as a file); undefined, with a loss, for other types. */
export function encodeFile(part: FilePart, at: PartPlace): WireBlock | undefined {
  const { path, scope } = at;
  const { source } = part;
  if (source.kind === "base64" && mediaType(source.mediaType).startsWith("image/")) {
    return encodeImage({ type: "image", source }, at);
  }
  const encoded =
    source.kind === "text"
      ? { bytes: Buffer.from(source.text, "utf8").toString("base64") }
      : encodeSource(source, path);
  const format = documentFormat(part, at);
  if (encoded === undefined || format === undefined) {
    scope.losses.add(path, "dropped");
    return undefined;
  }
  const name = scope.names.assign(part.filename);
  if (part.filename === undefined) scope.losses.add(`${path}.filename`, "defaulted");
  else if (name !== withoutExtension(part.filename)) scope.losses.add(`${path}.filename`, "clamped");
  return {
    document: {
      format,
      name,
      source: encoded,
      ...(part.context !== undefined && { context: part.context }),
      ...(part.citations !== undefined && { citations: { enabled: part.citations } }),
    },
  };
}

function encodeSource(source: MediaSource, path: string): WireBlock | undefined {
  switch (source.kind) {
    case "base64":
      return { bytes: source.data };
    case "url":
      if (!inlineMedia(source)) return { s3Location: { uri: source.url } };
      return invalid(
        path,
        "refers to a URL, which the vendor of this model does not fetch: send the bytes in base64, or an s3:// URL",
      );
    case "file-id":
      return undefined;
  }
}

/** By media type, else by the extension of the name; any other text is sent as plain text. */
function documentFormat({ source, filename }: FilePart, { path, scope }: PartPlace): string | undefined {
  const type = source.kind === "base64" || source.kind === "text" ? mediaType(source.mediaType) : undefined;
  const known = type === undefined ? undefined : documentFormats.get(type);
  if (known !== undefined) return known;
  const extension = source.kind === "url" ? formatOfUrl(source) : extensionOf(filename ?? "");
  if (extension !== undefined && [...documentFormats.values()].includes(extension)) return extension;
  if (type === undefined || !isText(type)) return undefined;
  scope.losses.add(`${path}.media_type`, "clamped");
  return "txt";
}

function formatOfUrl(source: MediaSource): string | undefined {
  const extension = source.kind === "url" ? extensionOf(source.url) : undefined;
  return extension === "jpg" ? "jpeg" : extension;
}

function extensionOf(name: string): string | undefined {
  return /\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toLowerCase();
}

function mediaType(value: string): string {
  return (value.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function isText(type: string): boolean {
  return (
    type.startsWith("text/") || /^application\/(json|xml|yaml|javascript|x-ndjson)$|\+(json|xml)$/.test(type)
  );
}
