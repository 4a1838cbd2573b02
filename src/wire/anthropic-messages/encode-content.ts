import { toToolInput } from "../json/tool-input.ts";
import type { AssistantPart, TextPart, ToolResultPart, UserPart, VendorValue } from "../neutral/part.ts";
import { encodeFile, encodeImage } from "./encode-media.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { isBlock, type WireBlock } from "./schema.ts";

/** Where a part stands in the caller's request. */
export interface PartPlace {
  readonly path: string;
  readonly scope: EncodeScope;
}

/** A part of a user turn or of a tool's result; undefined when nothing of it can be sent. */
export function encodeUserPart(part: UserPart, at: PartPlace): WireBlock | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "image":
      return marked(encodeImage(part, at), { part, at });
    case "file":
      return marked(encodeFile(part, at), { part, at });
    case "opaque":
      return encodeOpaque(part, at);
    case "audio":
      at.scope.losses.add(at.path, "dropped");
      return undefined;
  }
}

/** A part of an assistant turn but a tool call, whose id the turn knows; undefined when it cannot be sent. */
export function encodeAssistantPart(
  part: Exclude<AssistantPart, { type: "tool_call" }>,
  at: PartPlace,
): WireBlock | undefined {
  switch (part.type) {
    case "text":
      return encodeText(part, at);
    case "refusal":
      return encodeText({ type: "text", text: part.text }, at);
    case "opaque":
      return encodeOpaque(part, at);
    case "thinking":
      // Unsigned or another vendor's reasoning is refused by the API.
      if (part.origin?.protocol === "anthropic-messages" && (part.signature ?? "") !== "") {
        return { type: "thinking", thinking: part.text, signature: part.signature };
      }
      break;
    case "redacted_thinking":
      if (part.origin?.protocol === "anthropic-messages") return { type: part.type, data: part.data };
      break;
  }
  at.scope.losses.add(at.path.replace(/\.content\[\d+\]$/, ".thinking"), "dropped");
  return undefined;
}

/** A `text` block; the API refuses blank ones. */
export function encodeText(part: TextPart, at: PartPlace): WireBlock | undefined {
  const { path, scope } = at;
  if (part.signature !== undefined) scope.losses.add(`${path}.signature`, "dropped");
  if (part.text.trim() === "") {
    if (part.text !== "") scope.losses.add(path, "dropped");
    if (part.cache !== undefined) scope.losses.add(`${path}.cache_control`, "dropped");
    return undefined;
  }
  const citations = part.citations === undefined ? undefined : ownValue(part.citations);
  if (part.citations !== undefined && citations === undefined)
    scope.losses.add(`${path}.citations`, "dropped");
  const block: WireBlock = Array.isArray(citations)
    ? { type: "text", text: part.text, citations }
    : { type: "text", text: part.text };
  if (part.cache !== undefined) scope.breakpoints.mark(block, { cache: part.cache, path });
  return block;
}

/** A `tool_use` block under the wire's id. */
export function encodeToolCall(
  part: Extract<AssistantPart, { type: "tool_call" }>,
  at: PartPlace & { readonly id: string },
): WireBlock {
  const { input, wrapped } =
    part.kind === "custom"
      ? { input: { input: part.arguments }, wrapped: false }
      : toToolInput(part.arguments);
  if (wrapped) at.scope.losses.add(`${at.path}.arguments`, "emulated");
  if (part.signature !== undefined) at.scope.losses.add(`${at.path}.signature`, "dropped");
  const block: WireBlock = { type: "tool_use", id: at.id, name: part.name, input };
  if (part.cache !== undefined) at.scope.breakpoints.mark(block, { cache: part.cache, path: at.path });
  return block;
}

/** A `tool_result` block under the wire's id. */
export function encodeToolResult(part: ToolResultPart, at: PartPlace & { readonly id: string }): WireBlock {
  const content = encodeResultContent(part, at);
  const block: WireBlock = {
    type: "tool_result",
    tool_use_id: at.id,
    content: content.length > 0 ? content : undefined,
    is_error: part.isError || undefined,
  };
  if (part.cache !== undefined) at.scope.breakpoints.mark(block, { cache: part.cache, path: at.path });
  return block;
}

/** What a tool answered, as blocks of a result or, when its call is unknown, of a plain user turn. */
export function encodeResultContent(part: ToolResultPart, at: PartPlace): WireBlock[] {
  const { path, scope } = at;
  const blocks: WireBlock[] = [];
  part.content.forEach((inner, k) => {
    const block = encodeUserPart(inner, { path: `${path}.content[${k}]`, scope });
    if (block !== undefined) blocks.push(block);
  });
  return blocks;
}

function encodeOpaque(part: VendorValue & { readonly name: string }, at: PartPlace): WireBlock | undefined {
  const value = ownValue(part);
  if (isBlock(value)) return { ...value };
  at.scope.losses.add(`${at.path}.${part.name}`, "dropped");
  return undefined;
}

function ownValue(value: VendorValue): unknown {
  return value.protocol === "anthropic-messages" ? value.value : undefined;
}

function marked(
  block: WireBlock | undefined,
  { part, at }: { readonly part: { readonly cache?: TextPart["cache"] }; readonly at: PartPlace },
): WireBlock | undefined {
  if (block !== undefined && part.cache !== undefined)
    at.scope.breakpoints.mark(block, { cache: part.cache, path: at.path });
  return block;
}
