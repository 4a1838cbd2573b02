import type { AssistantPart, MediaSource, ToolResultPart, UserPart } from "../../wire/neutral/part.ts";
import type { NeutralRequest } from "../../wire/neutral/request.ts";

/** What the simulation counts as one token. */
export const charactersPerToken = 4;

/** Tokens of an image, clip or document: a constant, since nothing looks inside it. */
const mediaTokens = 256;

/** Tokens every turn costs beside its content. */
const turnTokens = 3;

/** Tokens of a text, rounded up. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Input tokens of a whole request, tools and instructions included. */
export function countTokens(request: NeutralRequest): number {
  let total = turnTokens;
  for (const part of request.system) total += tokensOf(part.text) + turnTokens;
  for (const message of request.messages) {
    total += turnTokens;
    for (const part of message.parts) total += tokensOfPart(part);
  }
  for (const tool of request.tools) total += tokensOf(JSON.stringify(tool)) + turnTokens;
  if (request.outputFormat?.type === "json_schema")
    total += tokensOf(JSON.stringify(request.outputFormat.schema));
  return total;
}

function tokensOfPart(part: UserPart | AssistantPart | ToolResultPart): number {
  switch (part.type) {
    case "text":
    case "thinking":
    case "refusal":
      return tokensOf(part.text);
    case "redacted_thinking":
      return tokensOf(part.data);
    case "tool_call":
      return tokensOf(part.name) + tokensOf(part.arguments) + turnTokens;
    case "tool_result":
      return part.content.reduce((sum, content) => sum + tokensOfPart(content), turnTokens);
    case "image":
    case "audio":
    case "file":
      return tokensOfSource(part.source);
    case "opaque":
      return tokensOf(JSON.stringify(part.value) ?? "");
  }
}

function tokensOfSource(source: MediaSource | { readonly kind: "text"; readonly text: string }): number {
  return source.kind === "text" ? tokensOf(source.text) : mediaTokens;
}
