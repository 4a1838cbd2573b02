import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, tokensOf } from "../shared/token-count.ts";
import type { PromptCache } from "./cache.ts";
import type { ClaudeModel } from "./models.ts";
import type { ClientTool, MessagesRequest } from "./schema.ts";
import { signThinking } from "./signature.ts";
import { prefixDigest } from "./thinking-binding.ts";

/** A block of the answer as the vendor sends it. */
export type AnswerBlock =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly caller: { readonly type: "direct" };
    };

export interface MessagesAnswer {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly AnswerBlock[];
  readonly stopReason: "end_turn" | "tool_use" | "max_tokens" | "stop_sequence";
  readonly stopSequence: string | null;
  readonly usage: MessagesUsage;
}

export interface MessagesUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly thinking_tokens: number };
  readonly service_tier: "standard";
  readonly inference_geo: "global";
}

export interface AnswerOptions {
  readonly request: MessagesRequest;
  readonly model: ClaudeModel;
  readonly cache: PromptCache;
}

/** Deterministic but for the cache: tools are called when the user spoke last, else the last message is said back. */
export function answerMessages({ request, model, cache }: AnswerOptions): MessagesAnswer {
  const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const thought = thinks(request, model) ? `Thinking about: ${lastText(request)}` : "";
  const tools = chooseTools(request);
  const maxTokens = Math.max(0, request.max_tokens - tokensOf(thought));
  const cut = cutText(tools.length === 0 ? spoken(request) : "", {
    maxTokens,
    stop: request.stop_sequences ?? [],
  });
  const calls = tools.map((tool, i) => callOf(tool, `toolu_01${hash.slice(i, i + 22)}`));
  const blocks: AnswerBlock[] = [
    ...(thought === "" ? [] : [thinkingOf(request, { model, thought })]),
    ...(cut.text === "" ? [] : [{ type: "text" as const, text: cut.text }]),
    ...calls,
  ];
  const written =
    tokensOf(cut.text) + calls.reduce((sum, { input, name }) => sum + tokensOf(name) + tokensOf(input), 0);
  return {
    id: `msg_01${hash.slice(0, 22)}`,
    model: model.id,
    blocks,
    stopReason: tools.length > 0 ? "tool_use" : cut.end === "stop" ? "end_turn" : cut.end,
    stopSequence: cut.sequence ?? null,
    usage: usageOf(request, { cache, written, thinking: tokensOf(thought) }),
  };
}

/** Input tokens of a prompt, cached or not. */
export function countPrompt({
  system,
  tools,
  messages,
}: Pick<MessagesRequest, "system" | "tools" | "messages">): number {
  return tokensOf(messages) + tokensOf(system ?? "") + tokensOf(tools ?? "");
}

function usageOf(
  request: MessagesRequest,
  { cache, written, thinking }: { cache: PromptCache; written: number; thinking: number },
): MessagesUsage {
  const { read, write5m, write1h } = cache.use(request);
  return {
    input_tokens: Math.max(1, countPrompt(request) - read - write5m - write1h),
    cache_creation_input_tokens: write5m + write1h,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: written + thinking,
    output_tokens_details: { thinking_tokens: thinking },
    service_tier: "standard",
    inference_geo: "global",
  };
}

function thinks({ thinking }: MessagesRequest, model: ClaudeModel): boolean {
  return thinking === undefined ? model.thinksByDefault : thinking.type !== "disabled";
}

function thinkingOf(
  request: MessagesRequest,
  { model, thought }: { model: ClaudeModel; thought: string },
): AnswerBlock {
  const { thinking, messages } = request;
  const asked = thinking !== undefined && "display" in thinking ? thinking.display : undefined;
  const shown = (asked ?? model.display) !== "omitted";
  const text = shown ? thought : "";
  return {
    type: "thinking",
    thinking: text,
    signature: signThinking(text, prefixDigest(request, messages.length)),
  };
}

function chooseTools(request: MessagesRequest): readonly ClientTool[] {
  const last = request.messages.at(-1);
  const choice = request.tool_choice;
  if (choice?.type === "none" || last?.role !== "user") return [];
  if (typeof last.content !== "string" && last.content.some(({ type }) => type === "tool_result")) return [];
  const own = (request.tools ?? []).filter((tool): tool is ClientTool => "input_schema" in tool);
  const parallel =
    choice === undefined || !("disable_parallel_tool_use" in choice && choice.disable_parallel_tool_use);
  return calledTools(choice?.type === "tool" ? own.filter(({ name }) => name === choice.name) : own, {
    said: lastText(request),
    nameOf: ({ name }) => name,
    parallel,
  });
}

function callOf(tool: ClientTool, id: string) {
  const input = instanceOfSchema(tool.input_schema);
  return { type: "tool_use" as const, id, name: tool.name, input, caller: { type: "direct" as const } };
}

function spoken(request: MessagesRequest): string {
  const format = request.output_config?.format;
  if (format != null) return JSON.stringify(instanceOfSchema(format.schema));
  const last = request.messages.at(-1);
  const isResult =
    typeof last?.content !== "string" && last?.content.some(({ type }) => type === "tool_result");
  return `${isResult === true ? "The tool said" : "You said"}: ${lastText(request)}`;
}

function lastText({ messages }: MessagesRequest): string {
  const content = messages.findLast(({ role }) => role !== "system")?.content ?? "";
  return typeof content === "string" ? content : content.map(textOf).join("");
}

function textOf(block: Exclude<MessagesRequest["messages"][number]["content"], string>[number]): string {
  if (block.type === "text") return block.text;
  if (block.type !== "tool_result") return `[${block.type}]`;
  const { content = "" } = block;
  return typeof content === "string"
    ? content
    : content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("");
}
