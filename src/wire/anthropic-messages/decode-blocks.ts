import { defined } from "../defined.ts";
import type { AssistantPart, ThinkingPart, ToolCallPart, ToolResultPart, UserPart } from "../neutral/part.ts";
import { invalid, type ObjectReader } from "../read-json.ts";
import { readCache } from "./cache-control.ts";
import { decodeContent, decodeDocument, decodeImage, decodeText, opaque } from "./decode-content.ts";
import { unwrapState } from "./state-envelope.ts";

/** Collects what a block says beyond the neutral tree, by its path. */
export type Extra = Record<string, unknown>;

/** A block of a user turn. */
export function decodeUserBlock(block: ObjectReader): UserPart | ToolResultPart {
  const type = block.string("type");
  switch (type) {
    case "text":
      return decodeText(block);
    case "image":
      return decodeImage(block);
    case "document":
      return decodeDocument(block);
    case "tool_result":
      return decodeToolResult(block);
    case "thinking":
    case "redacted_thinking":
    case "tool_use":
      return invalid(block.at("type"), `must not be "${type}" in a user turn`);
    default:
      return opaque(block);
  }
}

/** A block of an assistant turn. */
export function decodeAssistantBlock(block: ObjectReader, extra: Extra): AssistantPart {
  const type = block.string("type");
  switch (type) {
    case "text":
      return decodeText(block);
    case "thinking":
      return decodeThinking(block);
    case "redacted_thinking": {
      const { state, origin } = unwrapState(block.string("data"), block.at("data"));
      return { type, data: state, origin };
    }
    case "tool_use":
      return decodeToolUse(block, extra);
    case "image":
    case "document":
    case "tool_result":
      return invalid(block.at("type"), `must not be "${type}" in an assistant turn`);
    default:
      return opaque(block);
  }
}

/** Without a signature nobody can vouch for the text, so it has no origin and is replayed to no vendor. */
function decodeThinking(block: ObjectReader): ThinkingPart {
  const text = block.string("thinking");
  const signature = block.optionalString("signature") ?? "";
  if (signature === "") return { type: "thinking", text };
  const { state, origin } = unwrapState(signature, block.at("signature"));
  return { type: "thinking", text, origin, ...(state !== "" && { signature: state }) };
}

function decodeToolUse(block: ObjectReader, extra: Extra): ToolCallPart {
  const caller = block.optionalObject("caller");
  // `direct` is what the vendor writes for every ordinary call; it says nothing.
  if (caller !== undefined && caller.value.type !== "direct") extra[block.at("caller")] = caller.value;
  return defined({
    type: "tool_call" as const,
    id: block.string("id"),
    name: block.string("name"),
    arguments: JSON.stringify(block.object("input").value),
    kind: "function" as const,
    cache: readCache(block),
  });
}

function decodeToolResult(block: ObjectReader): ToolResultPart {
  return defined({
    type: "tool_result" as const,
    toolCallId: block.string("tool_use_id"),
    content: block.has("content") ? decodeContent(block, decodeResultBlock) : [],
    isError: block.optionalBoolean("is_error") ?? false,
    cache: readCache(block),
  });
}

function decodeResultBlock(block: ObjectReader): ToolResultPart["content"][number] {
  switch (block.string("type")) {
    case "text":
      return decodeText(block);
    case "image":
      return decodeImage(block);
    case "document":
      return decodeDocument(block);
    default:
      return opaque(block);
  }
}
