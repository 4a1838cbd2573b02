import type { NeutralEvent } from "./event.ts";
import type { AssistantPart } from "./part.ts";
import type { Message, NeutralRequest, Tool, ToolChoice } from "./request.ts";
import type { NeutralResponse } from "./response.ts";
import { fitsRule, type ToolNameRule, ToolNames } from "./tool-names.ts";

/** A request whose tool names the vendor accepts, and the way back. `names` is undefined when nothing had to change. */
export interface RenamedTools {
  readonly request: NeutralRequest;
  readonly names: ToolNames | undefined;
}

/** Makes every tool name fit: of declared tools, of the choice among them, and of calls in the history. */
export function renameTools(request: NeutralRequest, rule: ToolNameRule): RenamedTools {
  // As a rule they all do, and nothing need be copied.
  if (allFit(request, rule)) return { request, names: undefined };
  const names = new ToolNames();
  const rename = (name: string) => names.safe(name, rule);
  const renamed: NeutralRequest = {
    ...request,
    tools: request.tools.map(
      (tool): Tool => (tool.kind === "vendor" ? tool : { ...tool, name: rename(tool.name) }),
    ),
    messages: request.messages.map((message) => renameCalls(message, rename)),
    ...(request.toolChoice !== undefined && { toolChoice: renameChoice(request.toolChoice, rename) }),
  };
  return { request: renamed, names };
}

function allFit({ tools, messages, toolChoice }: NeutralRequest, rule: ToolNameRule): boolean {
  for (const tool of tools) if (tool.kind !== "vendor" && !fitsRule(tool.name, rule)) return false;
  for (const { role, parts } of messages) {
    if (role !== "assistant") continue;
    for (const part of parts) if (part.type === "tool_call" && !fitsRule(part.name, rule)) return false;
  }
  if (toolChoice?.mode === "named") return fitsRule(toolChoice.name, rule);
  return toolChoice?.mode !== "allowed" || toolChoice.names.every((name) => fitsRule(name, rule));
}

/** The caller's names in a whole answer. */
export function restoreTools(response: NeutralResponse, names: ToolNames): NeutralResponse {
  const parts = response.parts.map(
    (part): AssistantPart =>
      part.type === "tool_call" ? { ...part, name: names.original(part.name) } : part,
  );
  return { ...response, parts };
}

/** The caller's name in the event that starts a tool call; other events as they are. */
export function restoreTool(event: NeutralEvent, names: ToolNames): NeutralEvent {
  if (event.type !== "part-start" || event.part.type !== "tool_call") return event;
  return { ...event, part: { ...event.part, name: names.original(event.part.name) } };
}

function renameCalls(message: Message, rename: (name: string) => string): Message {
  if (message.role !== "assistant" || !message.parts.some((part) => part.type === "tool_call"))
    return message;
  const parts = message.parts.map(
    (part): AssistantPart => (part.type === "tool_call" ? { ...part, name: rename(part.name) } : part),
  );
  return { ...message, parts };
}

function renameChoice(choice: ToolChoice, rename: (name: string) => string): ToolChoice {
  if (choice.mode === "named") return { ...choice, name: rename(choice.name) };
  return choice.mode === "allowed" ? { ...choice, names: choice.names.map(rename) } : choice;
}
