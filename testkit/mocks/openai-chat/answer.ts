import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, tokensOf } from "../shared/token-count.ts";
import type { ChatModel } from "./models.ts";
import { effortOf } from "./request-rules.ts";
import type { ChatRequest, ChatTool } from "./schema.ts";

/** The mock's answer, before it becomes a body or a stream. */
export interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  readonly content: string | null;
  /** Shown reasoning; compatible servers only. */
  readonly reasoning: string | undefined;
  readonly calls: readonly ChatCall[];
  readonly finish: "stop" | "length" | "tool_calls";
  readonly usage: Readonly<Record<string, unknown>>;
}

export interface ChatCall {
  readonly id: string;
  readonly type: "function" | "custom";
  readonly name: string;
  readonly input: string;
}

export interface AnswerOptions {
  readonly request: ChatRequest;
  readonly model: ChatModel;
  /** The server shows its reasoning in `reasoning_content`. */
  readonly showsReasoning: boolean;
}

/** Deterministic: tools are called when the user spoke last, else the last message is said back. */
export function answerChat({ request, model, showsReasoning }: AnswerOptions): ChatAnswer {
  const hash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const reasons = effortOf(request, model) !== "none";
  const reasoning = reasons ? `Thinking about: ${lastText(request)}` : "";
  const calls = chooseTools(request).map((tool, index) =>
    callOf(tool, `call_${hash.slice(index, index + 24)}`),
  );
  const stop = [request.stop ?? []].flat();
  const maxTokens = (request.max_completion_tokens ?? request.max_tokens ?? 100_000) - tokensOf(reasoning);
  const cut = cutText(calls.length > 0 ? "" : spoken(request), { maxTokens: Math.max(0, maxTokens), stop });
  const written =
    tokensOf(cut.text) + calls.reduce((sum, { name, input }) => sum + tokensOf(name + input), 0);
  return {
    id: `chatcmpl-${hash.slice(0, 29)}`,
    model: model.id,
    content: calls.length > 0 ? null : cut.text,
    reasoning: showsReasoning && reasons ? reasoning : undefined,
    calls,
    finish: calls.length > 0 ? "tool_calls" : cut.end === "max_tokens" ? "length" : "stop",
    usage: usageOf({
      input: tokensOf(request.messages) + tokensOf(request.tools ?? ""),
      written,
      reasoning: tokensOf(reasoning),
    }),
  };
}

function usageOf({ input, written, reasoning }: { input: number; written: number; reasoning: number }) {
  const output = written + reasoning;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function chooseTools(request: ChatRequest): readonly ChatTool[] {
  const { tools = [], tool_choice: choice, messages } = request;
  if (choice === "none" || messages.at(-1)?.role !== "user") return [];
  const called = (among: readonly ChatTool[]) =>
    calledTools(among, { said: lastText(request), nameOf, parallel: request.parallel_tool_calls });
  if (choice === undefined || typeof choice === "string") return called(tools);
  const wanted = choice.type === "allowed_tools" ? choice.allowed_tools.tools : [choice];
  const names = new Set(
    wanted.map((tool) => (tool.type === "function" ? tool.function.name : tool.custom.name)),
  );
  return called(tools.filter((tool) => names.has(nameOf(tool))));
}

function nameOf(tool: ChatTool): string {
  return tool.type === "function" ? tool.function.name : tool.custom.name;
}

function callOf(tool: ChatTool, id: string): ChatCall {
  if (tool.type === "custom") return { id, type: "custom", name: tool.custom.name, input: "free text" };
  const input = JSON.stringify(instanceOfSchema(tool.function.parameters ?? { type: "object" }));
  return { id, type: "function", name: tool.function.name, input };
}

function spoken(request: ChatRequest): string {
  const format = request.response_format;
  if (format?.type === "json_schema")
    return JSON.stringify(instanceOfSchema(format.json_schema.schema ?? {}));
  if (format?.type === "json_object") return JSON.stringify({ said: lastText(request) });
  return request.messages.at(-1)?.role === "tool"
    ? `The tool said: ${lastText(request)}`
    : `You said: ${lastText(request)}`;
}

function lastText({ messages }: ChatRequest): string {
  const content = messages.at(-1)?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("");
}
