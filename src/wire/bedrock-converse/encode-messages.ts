import { pairToolCalls } from "../neutral/pair-tool-calls.ts";
import type { Message } from "../neutral/request.ts";
import { ToolCallIds } from "../neutral/tool-call-ids.ts";
import { addAssistantPart, addToolResult, addUserPart } from "./encode-content.ts";
import type { EncodeScope } from "./encode-scope.ts";
import { toolIdRule, type WireBlock, type WireMessage } from "./schema.ts";

/**
 * The conversation as the API takes it: the user first, turns in alternation, empty ones left out, all results of a turn's
 * calls in the user turn right after it.
 */
export function encodeMessages(messages: readonly Message[], scope: EncodeScope): WireMessage[] {
  const ids = new ToolCallIds(scope.traits.toolCallIdLength, toolIdRule);
  const turns: WireMessage[] = [];
  pairToolCalls(messages, scope.losses).forEach((message, i) => {
    const path = `messages[${i}]`;
    if ("name" in message && message.name !== undefined) scope.losses.add(`${path}.name`, "dropped");
    const role = roleOf(message, scope);
    const last = turns.at(-1);
    const content = last?.role === role ? last.content : [];
    const before = content.length;
    addTurn(content, message, { path, scope, ids });
    if (before === 0 && content.length > 0) turns.push({ role, content });
  });
  for (const { role, content } of turns) if (role === "assistant") putReasoningFirst(content);
  turns.forEach((turn, i) => {
    introduceDocuments(turn, { path: `messages[${i}]`, scope });
  });
  if (turns[0]?.role !== "user") {
    scope.losses.add("messages", "emulated");
    turns.unshift({ role: "user", content: [{ text: "Begin." }] });
  }
  return turns;
}

/** Makes a conversation that ends with an assistant turn acceptable; changes `messages`. */
export function settleLastTurn(
  messages: WireMessage[],
  options: { prefill: boolean; scope: EncodeScope },
): void {
  const { prefill, scope } = options;
  const last = messages.at(-1);
  const at = last?.content.findLastIndex((block) => !("cachePoint" in block)) ?? -1;
  const text = last?.content[at]?.text;
  if (last?.role !== "assistant" || typeof text !== "string") return;
  if (!prefill) {
    scope.losses.add("messages[-1]", "emulated");
    messages.push({ role: "user", content: [{ text: "Continue." }] });
  } else if (text !== text.trimEnd()) {
    scope.losses.add("messages[-1].content", "clamped");
    last.content[at] = { text: text.trimEnd() };
  }
}

/** Whether a block is reasoning, shown or hidden. */
export function isReasoning(block: WireBlock): boolean {
  return "reasoningContent" in block;
}

interface TurnContext {
  readonly path: string;
  readonly scope: EncodeScope;
  readonly ids: ToolCallIds;
}

function roleOf({ role }: Message, { traits }: EncodeScope): WireMessage["role"] {
  if (role === "system") return traits.midConversationSystem === true ? "system" : "user";
  return role === "assistant" ? "assistant" : "user";
}

function addTurn(content: WireBlock[], message: Message, { path, scope, ids }: TurnContext): void {
  const at = (j: number) => ({ list: content, path: `${path}.content[${j}]`, scope });
  switch (message.role) {
    case "user":
      message.parts.forEach((part, j) => void addUserPart(part, at(j)));
      break;
    case "assistant":
      message.parts.forEach((part, j) => {
        const wireId = part.type === "tool_call" ? ids.assign(part.id) : "";
        addAssistantPart(part, { ...at(j), wireId });
      });
      break;
    case "tool":
      message.parts.forEach(
        (part, j) => void addToolResult(part, { ...at(j), wireId: ids.of(part.toolCallId) }),
      );
      break;
    case "system": {
      const native = scope.traits.midConversationSystem === true;
      if (!native) scope.losses.add(`${path}.role`, "emulated");
      message.parts.forEach((part, j) => {
        const blank = native || part.text.trim() === "";
        addUserPart(blank ? part : { ...part, text: asSystemMessage(part.text) }, at(j));
      });
    }
  }
}

/** Words of the operator inside a user turn, for models that take system messages at the beginning only. */
function asSystemMessage(text: string): string {
  return `<system-message>\n${text}\n</system-message>`;
}

/** A merged turn may have reasoning in its middle; models want it first. */
function putReasoningFirst(content: WireBlock[]): void {
  if (content[0] === undefined || isReasoning(content[0]) || !content.some(isReasoning)) return;
  const sorted = [...content.filter(isReasoning), ...content.filter((block) => !isReasoning(block))];
  content.splice(0, content.length, ...sorted);
}

/** The API refuses a document in a turn without words. */
function introduceDocuments({ role, content }: WireMessage, { path, scope }: Omit<TurnContext, "ids">): void {
  if (role !== "user" || !content.some((block) => "document" in block)) return;
  if (content.some((block) => "text" in block)) return;
  scope.losses.add(`${path}.content`, "defaulted");
  content.push({ text: "See the attached document." });
}
