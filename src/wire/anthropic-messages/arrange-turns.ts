import type { EncodeScope } from "./encode-scope.ts";
import type { WireBlock, WireMessage } from "./schema.ts";

/** A turn before neighbours of the same role are merged. */
export interface Turn {
  readonly role: WireMessage["role"];
  /** `tool_result` blocks; the API wants them before any other block. */
  readonly results: WireBlock[];
  readonly blocks: WireBlock[];
}

/** What opens a conversation that has no user turn at its beginning. */
const opening: WireBlock = { type: "text", text: "Begin." };
/** What follows an assistant turn that the model may not continue. */
const goOn: WireBlock = { type: "text", text: "Continue." };

/** Turns in alternation: empty ones left out, neighbours merged, thinking first in its turn, the user first of all. */
export function arrangeTurns(turns: readonly Turn[], { losses }: EncodeScope): WireMessage[] {
  const messages: WireMessage[] = [];
  for (const { role, results, blocks } of turns) {
    if (results.length + blocks.length === 0) continue;
    const last = messages.at(-1);
    // Results stand only in the turn right after their calls, so a merged turn never gets any in its middle.
    if (last?.role === role) last.content.push(...results, ...blocks);
    else messages.push({ role, content: results.length === 0 ? blocks : [...results, ...blocks] });
  }
  for (const { role, content } of messages) if (role === "assistant") putThinkingFirst(content);
  if (messages[0]?.role !== "user") {
    losses.add("messages", "emulated");
    messages.unshift({ role: "user", content: [{ ...opening }] });
  }
  return messages;
}

/** What may stand at the end of a conversation. */
export interface LastTurn {
  /** The model may be made to continue an assistant turn. */
  readonly prefill: boolean;
  readonly scope: EncodeScope;
}

/** Makes a conversation that ends with an assistant turn acceptable; changes `messages`. */
export function settleLastTurn(messages: WireMessage[], { prefill, scope }: LastTurn): void {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  // Other blocks at the end belong to a paused turn of server tools, which is sent back as it came.
  if (last?.role !== "assistant" || block?.type !== "text") return;
  const path = "messages[-1]";
  if (!prefill) {
    scope.losses.add(path, "emulated");
    messages.push({ role: "user", content: [{ ...goOn }] });
    return;
  }
  const text = String(block.text);
  if (text === text.trimEnd()) return;
  scope.losses.add(`${path}.content`, "clamped");
  last.content[last.content.length - 1] = { ...block, text: text.trimEnd() };
}

/** A turn that does not begin with its thinking gets all of it moved to the front, in order. */
function putThinkingFirst(content: WireBlock[]): void {
  if (content[0] === undefined || isThinking(content[0]) || !content.some(isThinking)) return;
  const sorted = [...content.filter(isThinking), ...content.filter((block) => !isThinking(block))];
  content.splice(0, content.length, ...sorted);
}

/** A block of reasoning, shown or hidden. */
export function isThinking(block: WireBlock): boolean {
  return block.type === "thinking" || block.type === "redacted_thinking";
}
