import { toToolInput } from "../json/tool-input.ts";
import type {
  AssistantPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
  VendorValue,
} from "../neutral/part.ts";
import { isObject } from "../read-json.ts";
import { encodeAudio, encodeFile, encodeImage } from "./encode-media.ts";
import { encodeReasoning } from "./encode-reasoning.ts";
import type { PartPlace } from "./encode-scope.ts";
import type { WireBlock } from "./schema.ts";

/** The turn a part is put into, and where the caller wrote it. */
export interface PartTarget extends PartPlace {
  readonly list: WireBlock[];
}

/** The same for a turn with calls or their results; `wireId` is the vendor's id of the call. */
export interface CallTarget extends PartTarget {
  readonly wireId: string;
}

/** Puts a part of a user turn, with its cache point, at the end of `list`. */
export function addUserPart(part: UserPart, at: PartTarget): void {
  const block = encodeUserPart(part, at);
  if (block === undefined) dropMarker(part, at);
  else add(block, { part, at });
}

/** Puts a part of an assistant turn, with its cache point, at the end of `list`. */
export function addAssistantPart(part: AssistantPart, at: CallTarget): void {
  const block = encodeAssistantPart(part, at);
  if (block === undefined) dropMarker(part, at);
  else add(block, { part, at });
}

/** Puts a tool's answer at the end of `list`. Its content can hold no cache points: a marker inside moves behind it. */
export function addToolResult(part: ToolResultPart, { list, wireId, path, scope }: CallTarget): void {
  const content: WireBlock[] = [];
  part.content.forEach((inner, k) => {
    const block = encodeUserPart(inner, { path: `${path}.content[${k}]`, scope });
    if (block !== undefined) content.push(block);
  });
  const status = part.isError ? "error" : undefined;
  list.push({ toolResult: { toolUseId: wireId, content, status } });
  if (part.cache !== undefined) scope.points.mark(list, { cache: part.cache, path });
  const inner = part.content.findLastIndex((each) => "cache" in each && each.cache !== undefined);
  const last = part.content[inner];
  if (last === undefined || !("cache" in last) || last.cache === undefined) return;
  if (inner < part.content.length - 1) scope.losses.add(`${path}.content[${inner}].cache_control`, "clamped");
  scope.points.mark(list, { cache: last.cache, path: `${path}.content[${inner}]` });
}

/** A `text` block; the API refuses blank ones. */
export function encodeText(part: TextPart, { path, scope }: PartPlace): WireBlock | undefined {
  if (part.text.trim() === "") {
    if (part.text !== "") scope.losses.add(path, "dropped");
    return undefined;
  }
  if (part.citations !== undefined) {
    const { protocol, value } = part.citations;
    if (protocol === "bedrock-converse" && Array.isArray(value)) {
      return { citationsContent: { content: [{ text: part.text }], citations: value } };
    }
    scope.losses.add(`${path}.citations`, "dropped");
  }
  return { text: part.text };
}

function encodeUserPart(part: UserPart, at: PartPlace): WireBlock | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "image":
      return encodeImage(part, at);
    case "file":
      return encodeFile(part, at);
    case "audio":
      return encodeAudio(part, at);
    case "opaque":
      return encodeOpaque(part, at);
  }
}

function encodeAssistantPart(part: AssistantPart, at: PartPlace & { wireId: string }): WireBlock | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "refusal":
      return encodeText({ type: "text", text: part.text }, at);
    case "tool_call":
      return encodeToolCall(part, at);
    case "thinking":
    case "redacted_thinking":
      return encodeReasoning(part, at);
    case "opaque":
      return encodeOpaque(part, at);
  }
}

function encodeToolCall(
  part: ToolCallPart,
  { path, scope, wireId }: PartPlace & { wireId: string },
): WireBlock {
  const { input, wrapped } =
    part.kind === "custom"
      ? { input: { input: part.arguments }, wrapped: false }
      : toToolInput(part.arguments);
  if (wrapped) scope.losses.add(`${path}.arguments`, "emulated");
  return { toolUse: { toolUseId: wireId, name: part.name, input } };
}

function encodeOpaque(part: VendorValue & { readonly name: string }, at: PartPlace): WireBlock | undefined {
  if (part.protocol === "bedrock-converse" && isObject(part.value)) return part.value;
  at.scope.losses.add(`${at.path}.${part.name}`, "dropped");
  return undefined;
}

interface Added {
  readonly part: UserPart | AssistantPart;
  readonly at: PartTarget;
}

function add(block: WireBlock, { part, at }: Added): void {
  at.list.push(block);
  if ("cache" in part && part.cache !== undefined)
    at.scope.points.mark(at.list, { cache: part.cache, path: at.path });
}

function dropMarker(part: UserPart | AssistantPart, { path, scope }: PartPlace): void {
  if ("cache" in part && part.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
}
