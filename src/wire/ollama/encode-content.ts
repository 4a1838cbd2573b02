import type { MediaSource, TextPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import { invalid } from "../read-json.ts";
import type { PartPlace } from "./encode-scope.ts";

/** What a message holds: one text, and bytes apart from it. */
export interface EncodedContent {
  readonly texts: readonly string[];
  readonly images: readonly string[];
}

type Part = UserPart | ToolResultPart["content"][number];

/** Parts of a user's turn or of a tool's result. Where pictures stood between texts is not told by this protocol. */
export function encodeContent(parts: readonly Part[], at: PartPlace): EncodedContent {
  const texts: string[] = [];
  const images: string[] = [];
  parts.forEach((part, j) => {
    const place = { ...at, path: `${at.path}.content[${j}]` };
    if (part.type === "text") texts.push(encodeText(part, place));
    else encodeMedia(part, { at: place, texts, images });
  });
  return { texts, images };
}

/** The text of a part; marks and sources have no place here. */
export function encodeText(part: TextPart, { path, scope }: PartPlace): string {
  if (part.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
  if (part.citations !== undefined) scope.losses.add(`${path}.citations`, "dropped");
  if (part.signature !== undefined) scope.losses.add(`${path}.signature`, "dropped");
  return part.text;
}

/** Whether the server takes only the bytes of such a source: it fetches nothing. */
export function inlineMedia(source: MediaSource): boolean {
  return source.kind === "url";
}

interface Target {
  readonly at: PartPlace;
  readonly texts: string[];
  readonly images: string[];
}

function encodeMedia(part: Exclude<Part, TextPart>, { at, texts, images }: Target): void {
  const { losses } = at.scope;
  if (part.type === "opaque") {
    losses.add(`${at.path}.${part.name}`, "dropped");
    return;
  }
  if (part.cache !== undefined) losses.add(`${at.path}.cache_control`, "dropped");
  if (part.type === "image" && part.detail !== undefined && part.detail !== "auto") {
    losses.add(`${at.path}.detail`, "dropped");
  }
  if (part.type === "file") {
    if (part.context !== undefined) losses.add(`${at.path}.context`, "dropped");
    if (part.citations === true) losses.add(`${at.path}.citations`, "dropped");
  }
  const document = part.type === "file" ? documentText(part.source) : undefined;
  if (document !== undefined) {
    losses.add(at.path, "emulated");
    const title = part.type === "file" && part.filename !== undefined ? `${part.filename}:\n` : "";
    texts.push(title + document);
    return;
  }
  const bytes = bytesOf(part.source, at.path);
  const seen = part.type !== "file" || isPicture(part.source);
  if (bytes === undefined || !seen) losses.add(at.path, "dropped");
  else images.push(bytes);
}

/** The words of a document that is plain text; the server reads no other. */
function documentText(source: Extract<Part, { type: "file" }>["source"]): string | undefined {
  if (source.kind === "text") return source.text;
  if (source.kind !== "base64" || !/^(text\/|application\/(json|xml|yaml)\b)/i.test(source.mediaType))
    return undefined;
  return Buffer.from(source.data, "base64").toString("utf8");
}

function isPicture(source: Extract<Part, { type: "file" }>["source"]): boolean {
  return source.kind === "base64" && /^image\//i.test(source.mediaType);
}

function bytesOf(source: Extract<Part, { type: "file" }>["source"], path: string): string | undefined {
  if (source.kind === "base64") return source.data;
  if (source.kind !== "url") return undefined;
  return invalid(
    path,
    "refers to a URL, which the vendor of this model does not fetch: send the bytes in base64",
  );
}
