import type { VendorAnswer } from "../shared/mock-server.ts";
import { invalid } from "./error.ts";
import type { ClaudeModel } from "./models.ts";
import type { PromptRequest } from "./schema.ts";
import { type MergedTurn, mergeTurns } from "./turns.ts";

/** Rules about the conversation itself, in the order the vendor seems to check them. */
export function checkMessages(request: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  const turns = mergeTurns(request.messages);
  return (
    systemTurns(request, model) ??
    emptyTexts(request) ??
    firstTurn(turns) ??
    uniqueIds(turns) ??
    pairing(turns) ??
    toolsDeclared(request, turns) ??
    lastTurn(turns, model)
  );
}

function systemTurns(request: PromptRequest, model: ClaudeModel): VendorAnswer | undefined {
  const index = request.messages.findIndex(({ role }) => role === "system");
  if (index < 0 || (model.systemTurns && index > 0)) return undefined;
  return invalid(
    `messages.${index}.role: Unexpected role "system". The Messages API accepts a top-level \`system\` parameter, not "system" as an input message role.`,
  );
}

function emptyTexts(request: PromptRequest): VendorAnswer | undefined {
  const system = typeof request.system === "string" ? [] : (request.system ?? []);
  const bad = system.findIndex(({ text }) => text === "");
  if (bad >= 0) return invalid(`system.${bad}: text content blocks must be non-empty`);
  for (const [index, { content }] of request.messages.entries()) {
    if (typeof content === "string") {
      if (content === "") return invalid(`messages.${index}: all messages must have non-empty content`);
      continue;
    }
    if (content.length === 0) return invalid(`messages.${index}: all messages must have non-empty content`);
    for (const block of content) {
      if (block.type === "text" && block.text === "")
        return invalid("messages: text content blocks must be non-empty");
      if (block.type !== "tool_result" || !Array.isArray(block.content)) continue;
      if (block.content.some((inner) => inner.type === "text" && inner.text === "")) {
        return invalid("messages: text content blocks must be non-empty");
      }
    }
  }
  return undefined;
}

function firstTurn(turns: readonly MergedTurn[]): VendorAnswer | undefined {
  return turns[0]?.role === "user" ? undefined : invalid('messages: first message must use the "user" role');
}

function uniqueIds(turns: readonly MergedTurn[]): VendorAnswer | undefined {
  const ids = turns.flatMap(calls);
  return new Set(ids).size === ids.length ? undefined : invalid("messages: `tool_use` ids must be unique");
}

function calls(turn: MergedTurn | undefined): readonly string[] {
  if (turn?.role !== "assistant") return [];
  return turn.blocks.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
}

function pairing(turns: readonly MergedTurn[]): VendorAnswer | undefined {
  for (const [position, turn] of turns.entries()) {
    if (turn.role === "assistant") {
      const open = new Set(calls(turn));
      const next = turns[position + 1];
      if (next?.role === "user") {
        for (const block of next.blocks) if (block.type === "tool_result") open.delete(block.tool_use_id);
      }
      if (open.size === 0) continue;
      return invalid(
        `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open].join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    }
    const wanted = new Set(calls(turns[position - 1]));
    let other = false;
    for (const block of turn.blocks) {
      if (block.type !== "tool_result") {
        other = true;
        continue;
      }
      if (!wanted.delete(block.tool_use_id)) {
        return invalid(
          `messages.${turn.index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      }
      if (other)
        return invalid(`messages.${turn.index}: \`tool_result\` blocks must come before any other content`);
    }
  }
  return undefined;
}

function toolsDeclared(request: PromptRequest, turns: readonly MergedTurn[]): VendorAnswer | undefined {
  if ((request.tools?.length ?? 0) > 0 || !turns.some((turn) => calls(turn).length > 0)) return undefined;
  return invalid("Requests which include `tool_use` or `tool_result` blocks must define tools");
}

function lastTurn(turns: readonly MergedTurn[], model: ClaudeModel): VendorAnswer | undefined {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return undefined;
  if (!model.prefill) {
    return invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const block = last.blocks.at(-1);
  if (block?.type !== "text" || block.text === block.text.trimEnd()) return undefined;
  return invalid("messages: final assistant content cannot end with trailing whitespace");
}
