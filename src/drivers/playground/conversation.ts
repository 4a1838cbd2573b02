import type { ToolResultPart } from "../../wire/neutral/part.ts";
import type { Message, NeutralRequest } from "../../wire/neutral/request.ts";

/** The last turn that is not an instruction. */
export function lastTurn(request: NeutralRequest): Exclude<Message, { role: "system" }> | undefined {
  for (let index = request.messages.length - 1; index >= 0; index--) {
    const message = request.messages[index];
    if (message !== undefined && message.role !== "system") return message;
  }
  return undefined;
}

/** What the user said last, its texts joined; media are named in brackets. */
export function lastUserText(request: NeutralRequest): string {
  for (let index = request.messages.length - 1; index >= 0; index--) {
    const message = request.messages[index];
    if (message?.role !== "user") continue;
    return message.parts.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n");
  }
  return "";
}

/** The results at the end of the conversation, in order; empty when it does not end with results. */
export function lastToolResults(request: NeutralRequest): readonly ToolResultPart[] {
  const results: ToolResultPart[] = [];
  for (let index = request.messages.length - 1; index >= 0; index--) {
    const message = request.messages[index];
    if (message?.role !== "tool") break;
    results.unshift(...message.parts);
  }
  return results;
}

/** The name of the tool that a result belongs to, where the conversation still holds the call. */
export function toolNameOf(request: NeutralRequest, toolCallId: string): string | undefined {
  for (const message of request.messages) {
    if (message.role !== "assistant") continue;
    for (const part of message.parts) {
      if (part.type === "tool_call" && part.id === toolCallId) return part.name;
    }
  }
  return undefined;
}
