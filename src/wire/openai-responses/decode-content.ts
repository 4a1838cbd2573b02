import type { AssistantPart, FilePart, ImagePart, TextPart, UserPart } from "../neutral/part.ts";
import { decodeUrl } from "../openai-chat/decode-content.ts";
import { invalid, ObjectReader, readArray } from "../read-json.ts";

const partTypes = ["input_text", "input_image", "input_file", "input_audio"] as const;

/** What a caller may send in a message: a string, or parts. An empty string has no parts. */
export function decodeUserContent(value: unknown, path: string): UserPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return parts(value, path).map((part): UserPart => {
    if (part.oneOf("type", partTypes) !== "input_audio") return decodePart(part);
    const audio = part.object("input_audio");
    const format = audio.string("format");
    const source = { kind: "base64", mediaType: `audio/${format}`, data: audio.string("data") } as const;
    return { type: "audio", source, format };
  });
}

/** Instructions: a string, or parts of text. */
export function decodeTextContent(value: unknown, path: string): TextPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return parts(value, path).map((part) => {
    part.oneOf("type", ["input_text"]);
    return { type: "text", text: part.string("text") };
  });
}

/** What a tool answered. */
export function decodeOutput(value: unknown, path: string): (TextPart | ImagePart | FilePart)[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return parts(value, path).map((part) => {
    part.oneOf("type", ["input_text", "input_image", "input_file"]);
    return decodePart(part);
  });
}

/** What the model said: a string, or `output_text` and `refusal` parts. */
export function decodeAssistantContent(value: unknown, path: string): AssistantPart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  return parts(value, path).map((part): AssistantPart => {
    if (part.oneOf("type", ["output_text", "refusal"]) === "refusal") {
      return { type: "refusal", text: part.string("refusal") };
    }
    const annotations = part.optionalArray("annotations");
    const citations = { protocol: "openai-responses", value: annotations } as const;
    return { type: "text", text: part.string("text"), ...(annotations.length > 0 && { citations }) };
  });
}

function decodePart(part: ObjectReader): TextPart | ImagePart | FilePart {
  switch (part.string("type")) {
    case "input_image":
      return decodeImage(part);
    case "input_file":
      return decodeFile(part);
    default:
      return { type: "text", text: part.string("text") };
  }
}

function decodeImage(part: ObjectReader): ImagePart {
  const url = part.optionalString("image_url");
  const fileId = part.optionalString("file_id");
  const detail = part.optionalOneOf("detail", ["auto", "low", "high", "original"]);
  if (url === undefined && fileId === undefined) invalid(part.path, "must have `image_url` or `file_id`");
  return {
    type: "image",
    source: url === undefined ? ownFile(fileId ?? "") : decodeUrl(url, part.at("image_url")),
    ...(detail !== undefined && { detail }),
  };
}

function decodeFile(part: ObjectReader): FilePart {
  const filename = part.optionalString("filename");
  const named = filename === undefined ? {} : { filename };
  const data = part.optionalString("file_data");
  if (data !== undefined) return { type: "file", source: decodeUrl(data, part.at("file_data")), ...named };
  const url = part.optionalString("file_url");
  if (url !== undefined) return { type: "file", source: decodeUrl(url, part.at("file_url")), ...named };
  const fileId = part.optionalString("file_id");
  if (fileId === undefined) return invalid(part.path, "must have `file_data`, `file_url` or `file_id`");
  return { type: "file", source: ownFile(fileId), ...named };
}

function ownFile(fileId: string) {
  return { kind: "file-id", fileId, protocol: "openai-responses" } as const;
}

function parts(value: unknown, path: string): readonly ObjectReader[] {
  if (value === undefined || value === null) return invalid(path, "must be a string or an array of parts");
  return readArray(value, path).map((entry, i) => new ObjectReader(entry, `${path}[${i}]`));
}
