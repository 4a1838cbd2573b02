import { createHash } from "node:crypto";
import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { PromptRequest } from "./schema.ts";
import { bindingOf } from "./signature.ts";

/**
 * Names what came before a turn: model, instructions, tools and earlier turns. Spelling does not count (a string or
 * one text block, cache marks), nor does thinking, which may be left out of earlier turns.
 */
export function prefixDigest(request: PromptRequest, turns: number): string {
  const { model, system, tools, messages } = request;
  const earlier = messages.slice(0, turns).map(({ role, content }) => [role, plain(content)]);
  const prefix = JSON.stringify([model, plain(system ?? []), plain(tools ?? []), earlier]);
  return createHash("sha256").update(prefix).digest("base64url");
}

/** Thinking that was made for another conversation, as the 5.5 generation refuses it. */
export function checkBinding(request: PromptRequest): VendorAnswer | undefined {
  for (const [index, { role, content }] of request.messages.entries()) {
    if (role !== "assistant" || typeof content === "string") continue;
    const position = content.findIndex(
      (block) => block.type === "thinking" && bindingOf(block.signature) !== prefixDigest(request, index),
    );
    if (position < 0) continue;
    return invalid(
      `messages.${index}.content.${position}: The block is bound to a different conversation. Remove the block, or set \`thinking.block_binding.prefix_mismatch_behavior\` to "drop_block".`,
    );
  }
  return undefined;
}

function plain(content: string | readonly object[]): unknown {
  if (typeof content === "string") return [withoutMarks({ type: "text", text: content })];
  return content
    .filter((block) => !("type" in block && /thinking/.test(String(block.type))))
    .map(withoutMarks);
}

function withoutMarks(block: object): unknown {
  const entries = Object.entries(block).filter(
    ([key, value]) => key !== "cache_control" && key !== "caller" && value !== null && value !== undefined,
  );
  return Object.fromEntries(
    entries
      .map(([key, value]) => [key, key === "content" ? plain(value) : value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
