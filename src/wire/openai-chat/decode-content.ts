import type { AudioPart, FilePart, ImagePart, MediaSource, TextPart, UserPart } from "../neutral/part.ts";
import { invalid, ObjectReader, readArray } from "../read-json.ts";
import { decodeCacheMarker } from "./cache-marker.ts";

const textPartTypes = ["text"] as const;

/** Content that may hold text only: a string, or parts of type `text`. An empty string has no parts. */
export function decodeTextContent(value: unknown, path: string): TextPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return contentParts(value, path).map((entry, i) => {
    const reader = new ObjectReader(entry, `${path}[${i}]`);
    reader.oneOf("type", textPartTypes);
    return decodeTextPart(reader);
  });
}

export function decodeTextPart(reader: ObjectReader): TextPart {
  const text = reader.string("text");
  const cache = decodeCacheMarker(reader);
  return cache === undefined ? { type: "text", text } : { type: "text", text, cache };
}

/** What a user may send: a string, or parts of any kind. */
export function decodeUserContent(value: unknown, path: string): UserPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return contentParts(value, path).map((entry, i) =>
    decodeUserPart(new ObjectReader(entry, `${path}[${i}]`)),
  );
}

const userPartTypes = ["text", "image_url", "input_audio", "file", "video_url"] as const;

function decodeUserPart(reader: ObjectReader): UserPart {
  switch (reader.oneOf("type", userPartTypes)) {
    case "text":
      return decodeTextPart(reader);
    case "image_url":
      return decodeImagePart(reader);
    case "input_audio":
      return decodeAudioPart(reader);
    case "file":
      return decodeFilePart(reader);
    case "video_url":
      reader.object("video_url").string("url");
      return { type: "opaque", name: "video_url", protocol: "openai-chat", value: reader.value };
  }
}

/** `image_url` is an object; some clients send the bare URL, which vendors take too. */
export function decodeImagePart(reader: ObjectReader): ImagePart {
  const bare = reader.value.image_url;
  if (typeof bare === "string") {
    return { type: "image", source: decodeUrl(bare, reader.at("image_url")), ...cacheOf(reader) };
  }
  const image = reader.object("image_url");
  const detail = image.optionalOneOf("detail", ["auto", "low", "high", "original"]);
  return {
    type: "image",
    source: decodeUrl(image.string("url"), image.at("url")),
    ...(detail === undefined ? {} : { detail }),
    ...cacheOf(reader),
  };
}

function decodeAudioPart(reader: ObjectReader): AudioPart {
  const audio = reader.object("input_audio");
  const format = audio.string("format");
  const source = { kind: "base64", mediaType: `audio/${format}`, data: audio.string("data") } as const;
  return { type: "audio", source, format, ...cacheOf(reader) };
}

function decodeFilePart(reader: ObjectReader): FilePart {
  const file = reader.object("file");
  const filename = file.optionalString("filename");
  const fileId = file.optionalString("file_id");
  const data = file.optionalString("file_data");
  if (fileId === undefined && data === undefined) {
    invalid(file.path, "must have `file_data` or `file_id`");
  }
  const source: MediaSource =
    data === undefined
      ? { kind: "file-id", fileId: fileId ?? "", protocol: "openai-chat" }
      : decodeUrl(data, file.at("file_data"));
  return { type: "file", source, ...(filename === undefined ? {} : { filename }), ...cacheOf(reader) };
}

const dataUrl = /^data:([^;,]*)((?:;[^;,]+)*?)(;base64)?,/i;

/** A data URL becomes base64, the address of a page or of a store's object stays a URL. */
export function decodeUrl(url: string, path: string): MediaSource {
  if (!/^data:/i.test(url)) {
    // Objects of cloud stores are read by the vendors of the same cloud; whoever else gets one refuses it by name.
    return /^(https?|gs|s3):\/\//i.test(url)
      ? { kind: "url", url }
      : invalid(path, "must be an http(s), gs or s3 URL or a base64 data URL");
  }
  const match = dataUrl.exec(url);
  if (match === null) return invalid(path, "is not a valid data URL");
  const [head, mediaType, , base64] = match;
  const data = url.slice(head.length);
  if (base64 === undefined) return invalid(path, "must be a data URL in base64");
  if (data === "") return invalid(path, "is an empty data URL");
  return {
    kind: "base64",
    mediaType: mediaType === "" ? "application/octet-stream" : (mediaType ?? ""),
    data,
  };
}

function contentParts(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return invalid(path, "must be a string or an array of parts");
  return readArray(value, path);
}

function cacheOf(reader: ObjectReader): Pick<TextPart, "cache"> {
  const cache = decodeCacheMarker(reader);
  return cache === undefined ? {} : { cache };
}
