import type { NeutralRequest, Tool } from "../../wire/neutral/request.ts";
import { lastTurn, lastUserText } from "./conversation.ts";

/** A tool the simulation can call; the vendor's own tools have nobody here to run them. */
export type CallableTool = Exclude<Tool, { kind: "vendor" }>;

/**
 * The tools to call, in the order they were declared: none unless the conversation ends with a user's turn; the named
 * one; else those whose name the user wrote; else the first one.
 */
export function chooseTools(request: NeutralRequest): readonly CallableTool[] {
  if (lastTurn(request)?.role !== "user") return [];
  const candidates = allowedTools(request);
  const said = normalize(lastUserText(request));
  const mentioned = candidates.filter((tool) => ` ${said} `.includes(` ${normalize(tool.name)} `));
  const chosen = mentioned.length > 0 ? mentioned : candidates.slice(0, 1);
  return request.parallelToolCalls === false ? chosen.slice(0, 1) : chosen;
}

function allowedTools(request: NeutralRequest): readonly CallableTool[] {
  const callable = request.tools.filter((tool) => tool.kind !== "vendor");
  const choice = request.toolChoice;
  switch (choice?.mode) {
    case "none":
      return [];
    case "named":
      return callable.filter(({ name }) => name === choice.name);
    case "allowed":
      return callable.filter(({ name }) => choice.names.includes(name));
    default:
      return callable;
  }
}

/** `get_weather`, `get-weather` and `Get weather` are the same words. */
function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
