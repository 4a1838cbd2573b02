import type { AssistantBlock, PromptRequest, UserBlock } from "./schema.ts";

/** One turn with its content as blocks. Consecutive turns of the same role are one, as the vendor merges them. */
export type MergedTurn =
  | { readonly role: "user"; readonly blocks: readonly UserBlock[]; readonly index: number }
  | { readonly role: "assistant"; readonly blocks: readonly AssistantBlock[]; readonly index: number };

/** The conversation without its system turns, merged; `index` is where the turn begins in `messages`. */
export function mergeTurns(messages: PromptRequest["messages"]): readonly MergedTurn[] {
  const turns: MergedTurn[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === "system") continue;
    const previous = turns.at(-1);
    if (message.role === "user") {
      const blocks = typeof message.content === "string" ? [text(message.content)] : message.content;
      if (previous?.role === "user")
        turns[turns.length - 1] = { ...previous, blocks: [...previous.blocks, ...blocks] };
      else turns.push({ role: "user", blocks, index });
    } else {
      const blocks = typeof message.content === "string" ? [text(message.content)] : message.content;
      if (previous?.role === "assistant") {
        turns[turns.length - 1] = { ...previous, blocks: [...previous.blocks, ...blocks] };
      } else turns.push({ role: "assistant", blocks, index });
    }
  }
  return turns;
}

function text(content: string): { type: "text"; text: string } {
  return { type: "text", text: content };
}
