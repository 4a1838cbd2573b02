import type { LossList } from "./loss.ts";
import type { AssistantPart, ToolResultPart } from "./part.ts";
import type { Message } from "./request.ts";

/**
 * The turns as most vendors accept them: after an assistant turn exactly one result for each of its
 * tool calls, in the calls' order, and no result anywhere else. A missing result is made up, one that answers no call
 * becomes a user's text; both are losses (`emulated`), since the model sees something that was not said so.
 */
export function pairToolCalls(messages: readonly Message[], losses: LossList): readonly Message[] {
  const paired: Message[] = [];
  let calls: readonly string[] = [];
  let results: ToolResultPart[] = [];
  const settle = (index: number) => {
    if (calls.length > 0 || results.length > 0) {
      paired.push(...answer({ calls, results, losses, path: `messages[${index}]` }));
    }
    calls = [];
    results = [];
  };
  messages.forEach((message, i) => {
    if (message.role === "tool") {
      results.push(...message.parts);
      return;
    }
    settle(i - 1);
    paired.push(message);
    if (message.role === "assistant") calls = callIds(message.parts);
  });
  settle(messages.length - 1);
  return paired;
}

function callIds(parts: readonly AssistantPart[]): readonly string[] {
  return parts.flatMap((part) => (part.type === "tool_call" ? [part.id] : []));
}

interface Turn {
  readonly calls: readonly string[];
  readonly results: readonly ToolResultPart[];
  readonly losses: LossList;
  readonly path: string;
}

function answer({ calls, results, losses, path }: Turn): Message[] {
  const left = [...results];
  const answers = calls.map((id): ToolResultPart => {
    const at = left.findIndex((result) => result.toolCallId === id);
    const found = at === -1 ? undefined : left.splice(at, 1)[0];
    if (found !== undefined) return found;
    losses.add(`${path}.tool_calls`, "emulated");
    return {
      type: "tool_result",
      toolCallId: id,
      content: [{ type: "text", text: "(no result)" }],
      isError: false,
    };
  });
  const messages: Message[] = answers.length === 0 ? [] : [{ role: "tool", parts: answers }];
  for (const orphan of left) {
    losses.add(`${path}.tool_result`, "emulated");
    const note = { type: "text", text: `Result of the tool call ${orphan.toolCallId}:` } as const;
    messages.push({ role: "user", parts: [note, ...orphan.content] });
  }
  return messages;
}
