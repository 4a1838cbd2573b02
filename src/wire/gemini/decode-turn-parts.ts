import type {
  AssistantPart,
  MediaSource,
  OpaquePart,
  TextPart,
  ToolResultPart,
  UserPart,
} from "../neutral/part.ts";
import { invalid, isObject, ObjectReader } from "../read-json.ts";
import { skipSignature } from "./schema.ts";
import { unwrapState } from "./state-envelope.ts";

/** A part of a user's turn that is no function's response. */
export function decodeUserPart(part: ObjectReader): UserPart {
  if (part.has("text")) return { type: "text", text: part.string("text") };
  if (part.has("functionCall")) return invalid(part.at("functionCall"), "must not be in a user's turn");
  const inline = part.optionalObject("inlineData");
  const file = part.optionalObject("fileData");
  // A clip of a video, or a resolution, has no neutral word.
  if ((inline ?? file) === undefined || part.has("videoMetadata")) return opaque(part);
  const mediaType = (inline ?? file)?.optionalString("mimeType") ?? "";
  const source: MediaSource =
    inline !== undefined
      ? { kind: "base64", mediaType: inline.string("mimeType"), data: inline.string("data") }
      : fileSource(file?.string("fileUri") ?? "");
  if (mediaType.startsWith("image/")) return { type: "image", source, ...detailOf(part) };
  if (mediaType.startsWith("audio/")) {
    return { type: "audio", source, format: mediaType.slice("audio/".length) };
  }
  const name = (inline ?? file)?.optionalString("displayName");
  return { type: "file", source, ...(name !== undefined && { filename: name }) };
}

/** Files of the vendor's own store and of Google's are known to it alone; other addresses are the web's. */
function fileSource(uri: string): MediaSource {
  const own = uri.startsWith("gs://") || uri.startsWith("files/") || /\/v1(alpha|beta)?\/files\//.test(uri);
  return own || !/^https?:\/\//i.test(uri)
    ? { kind: "file-id", fileId: uri, protocol: "gemini" }
    : { kind: "url", url: uri };
}

function detailOf(part: ObjectReader): { readonly detail?: "low" | "high" } {
  const { mediaResolution } = part.value;
  const level = isObject(mediaResolution) ? mediaResolution.level : mediaResolution;
  if (level === "MEDIA_RESOLUTION_LOW") return { detail: "low" };
  return level === "MEDIA_RESOLUTION_HIGH" ? { detail: "high" } : {};
}

/** A part of a model's turn; of a call only its signature is read, as that of an empty text. */
export function decodeAssistantPart(part: ObjectReader): AssistantPart {
  const given = part.optionalString("thoughtSignature") ?? "";
  // The word for "nobody signed this" is no state, and not lost where it does not go on.
  const signature = given === skipSignature ? "" : given;
  const shown = part.optionalBoolean("thought") === true;
  const text = part.optionalString("text") ?? "";
  const known = part.has("text") || part.has("functionCall") || signature !== "";
  if (!known || isData(part)) return opaque(part);
  if (signature === "") {
    // Nobody can vouch for a thought without a signature but the vendor of this protocol, who asks for none.
    return shown ? { type: "thinking", text, origin: { protocol: "gemini" } } : { type: "text", text };
  }
  const kind = shown ? "thinking" : "part";
  const owned = unwrapState(signature, { path: part.at("thoughtSignature"), kind });
  if (owned.kind === "redacted")
    return { type: "redacted_thinking", data: owned.state, origin: owned.origin };
  const signed = owned.state === "" ? {} : { signature: owned.state };
  if (owned.kind === "thinking") return { type: "thinking", text, origin: owned.origin, ...signed };
  return owned.state === ""
    ? { type: "text", text }
    : { type: "text", text, signature: owned.state, origin: owned.origin };
}

function isData(part: ObjectReader): boolean {
  return ["inlineData", "fileData", "executableCode", "codeExecutionResult", "toolCall", "toolResponse"].some(
    (field) => part.has(field),
  );
}

/** `response` is an object; `output` and `error` are the keys under which clients put a text. */
export function decodeFunctionResponse(response: ObjectReader, toolCallId: string): ToolResultPart {
  const value = response.object("response").value;
  const keys = Object.keys(value);
  const [key] = keys;
  const sole = keys.length === 1 && key !== undefined ? value[key] : undefined;
  const plain = typeof sole === "string" && (key === "output" || key === "error" || key === "result");
  const text = plain ? sole : keys.length === 0 ? "" : JSON.stringify(value);
  const media = response.optionalArray("parts").map((entry, i) => {
    const reader = new ObjectReader(entry, `${response.at("parts")}[${i}]`);
    const part = decodeUserPart(reader);
    return part.type === "audio" ? opaque(reader) : part;
  });
  const words: TextPart[] = text === "" ? [] : [{ type: "text", text }];
  return {
    type: "tool_result",
    toolCallId,
    content: [...words, ...media],
    isError: keys.length === 1 && key === "error",
  };
}

function opaque(part: ObjectReader): OpaquePart {
  const name = Object.keys(part.value).find((field) => isObject(part.value[field])) ?? "part";
  return { type: "opaque", name, protocol: "gemini", value: part.value };
}
