import type { ModelTraits } from "../neutral/model-traits.ts";
import type { AudioPart, FilePart, ImagePart, MediaSource } from "../neutral/part.ts";
import type { PartPlace } from "./encode-scope.ts";
import type { WirePart } from "./schema.ts";

/**
 * Whether an address must be fetched first: models before 2.5 read only files of Google's own stores and YouTube's films.
 * Source: Google's page on file input methods, November 2026.
 */
export function inlineMedia(source: MediaSource, { mediaByUrl }: ModelTraits): boolean {
  if (source.kind !== "url" || source.url.startsWith("gs://")) return false;
  const url = URL.parse(source.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return true;
  if (/^(www\.|m\.)?youtube\.com$|^youtu\.be$/.test(url.hostname)) return false;
  return mediaByUrl === false && !/\/v1(alpha|beta)?\/files\//.test(url.pathname);
}

/** What the API reads as inline bytes. Source: Google's pages on images, audio and documents. */
export const inlineTypes: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/heic",
  "image/heif",
  "application/pdf",
  "audio/wav",
  "audio/mpeg",
  "audio/aac",
  "audio/ogg",
  "audio/flac",
  "audio/aiff",
]);

/**
 * An image, a clip or a file as inline bytes or as a reference; undefined, with a loss, when the vendor cannot reach it.
 * A public address goes as it is: the newest models fetch it themselves.
 */
export function encodeMedia(part: ImagePart | AudioPart | FilePart, at: PartPlace): WirePart | undefined {
  const { losses } = at.scope;
  if (part.cache !== undefined) losses.add(`${at.path}.cache_control`, "dropped");
  if (part.type === "file") {
    if (part.context !== undefined) losses.add(`${at.path}.context`, "dropped");
    if (part.citations === true) losses.add(`${at.path}.citations`, "dropped");
  }
  const { source } = part;
  if (source.kind === "text") {
    const title = part.type === "file" && part.filename !== undefined ? `${part.filename}:\n` : "";
    losses.add(at.path, "emulated");
    return { text: `${title}${source.text}` };
  }
  const data = encodeSource(source, fallbackType(part));
  if (data === undefined) {
    losses.add(at.path, "dropped");
    return undefined;
  }
  return { ...data, ...resolution(part, at) };
}

function encodeSource(source: MediaSource, type: string | undefined): WirePart | undefined {
  switch (source.kind) {
    case "base64":
      return { inlineData: { mimeType: standardType(source.mediaType), data: source.data } };
    case "url": {
      const mimeType = typeOfName(source.url) ?? type;
      return { fileData: { ...(mimeType !== undefined && { mimeType }), fileUri: source.url } };
    }
    case "file-id": {
      // A file that another protocol's vendor keeps means nothing here.
      if (source.protocol !== "gemini") return undefined;
      const mimeType = typeOfName(source.fileId);
      return { fileData: { ...(mimeType !== undefined && { mimeType }), fileUri: source.fileId } };
    }
  }
}

/** `detail` decides how many tokens a picture is read with; `auto` is the model's own choice. */
function resolution(part: ImagePart | AudioPart | FilePart, { path, scope }: PartPlace): WirePart {
  if (part.type !== "image" || part.detail === undefined || part.detail === "auto") return {};
  if (part.detail === "original") scope.losses.add(`${path}.detail`, "clamped");
  const level = part.detail === "low" ? "MEDIA_RESOLUTION_LOW" : "MEDIA_RESOLUTION_HIGH";
  // Older models take it for the whole request only.
  if (scope.traits.mediaInToolResults === true) return { mediaResolution: { level } };
  scope.losses.add(`${path}.detail`, "dropped");
  return {};
}

/** Common misspellings that the API does not know. */
const spellings: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/x-wav": "audio/wav",
  "audio/mpeg": "audio/mp3",
};

function standardType(mediaType: string): string {
  const plain = (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();
  return spellings[plain] ?? plain;
}

function fallbackType(part: ImagePart | AudioPart | FilePart): string | undefined {
  if (part.type === "audio") return standardType(`audio/${part.format}`);
  return part.type === "file" ? typeOfName(part.filename ?? "") : undefined;
}

const typesByEnding: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  wav: "audio/wav",
  mp3: "audio/mp3",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
};

/** The type an address or a file's name ends with; query and fragment are not part of it. */
function typeOfName(name: string): string | undefined {
  const ending = /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(name)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : typesByEnding[ending];
}
