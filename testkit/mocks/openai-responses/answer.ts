import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, tokensOf } from "../shared/token-count.ts";
import { encryptReasoning } from "./encrypted.ts";
import { type Conversation, effortOf } from "./rules.ts";
import type { ResponsesItem, ResponsesTool } from "./schema.ts";

export type OutputItem = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** The mock's answer, before it becomes a body or a stream. */
export interface ResponsesAnswer {
  readonly id: string;
  readonly output: readonly OutputItem[];
  readonly status: "completed" | "incomplete";
  readonly usage: Readonly<Record<string, unknown>>;
}

/** Deterministic: a tool is called when the user spoke last, else the last item is said back. */
export function answerResponses(conversation: Conversation): ResponsesAnswer {
  const { request, items } = conversation;
  const hash = createHash("sha256")
    .update(JSON.stringify([request, items]))
    .digest("hex");
  const thought = effortOf(conversation) === "none" ? "" : `Thinking about: ${lastText(items)}`;
  const tools = chooseTools(conversation);
  const maxTokens = Math.max(0, (request.max_output_tokens ?? 100_000) - tokensOf(thought));
  const cut = cutText(tools.length === 0 ? spoken(conversation) : "", { maxTokens, stop: [] });
  const status = cut.end === "max_tokens" ? "incomplete" : "completed";
  const message: OutputItem = {
    id: `msg_${hash}`,
    type: "message",
    status,
    role: "assistant",
    content: [{ type: "output_text", annotations: [], logprobs: [], text: cut.text }],
  };
  const reply = tools.length === 0 ? [message] : tools.map((tool, i) => callOf(tool, hash.slice(i)));
  const output =
    thought === "" ? reply : [reasoningOf(conversation, { id: `rs_${hash}`, text: thought }), ...reply];
  return { id: `resp_${hash}`, output, status, usage: usageOf({ items, output, thought }) };
}

function reasoningOf(
  { request, account }: Conversation,
  { id, text }: { id: string; text: string },
): OutputItem {
  const encrypted = request.include?.includes("reasoning.encrypted_content") === true;
  return {
    id,
    type: "reasoning",
    summary:
      request.reasoning?.summary == null
        ? []
        : [
            { type: "summary_text", text },
            { type: "summary_text", text: "**Second thoughts**\n\nNone." },
          ],
    ...(encrypted && { encrypted_content: encryptReasoning({ id, text }, account) }),
  };
}

function usageOf({ items, output, thought }: { items: unknown; output: unknown; thought: string }) {
  const input = tokensOf(items);
  const reasoning = tokensOf(thought);
  const written = tokensOf(output) + reasoning;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: Math.min(input, 2), cache_write_tokens: 0 },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + written,
  };
}

function chooseTools({ request, items }: Conversation): readonly ResponsesTool[] {
  const { tools = [], tool_choice: choice } = request;
  const last = items.at(-1);
  const userSpoke = last !== undefined && "role" in last && last.role === "user";
  if (choice === "none" || !userSpoke) return [];
  const callable = tools.filter((tool) => tool.type !== "web_search");
  const nameOf = (tool: ResponsesTool) => ("name" in tool && typeof tool.name === "string" ? tool.name : "");
  const called = (among: readonly ResponsesTool[]) =>
    calledTools(among, { said: lastText(items), nameOf, parallel: request.parallel_tool_calls ?? true });
  if (choice === undefined || typeof choice === "string") return called(callable);
  const wanted = choice.type === "allowed_tools" ? choice.tools : [choice];
  const names = new Set(wanted.flatMap((tool) => ("name" in tool ? [tool.name] : [])));
  return called(callable.filter((tool) => names.has(nameOf(tool))));
}

function callOf(tool: ResponsesTool, hash: string): OutputItem {
  const call_id = `call_${hash.slice(0, 24)}`;
  const name = "name" in tool ? tool.name : "";
  if (tool.type === "custom") {
    return {
      id: `ctc_${hash}`,
      type: "custom_tool_call",
      status: "completed",
      call_id,
      name,
      input: "free text",
    };
  }
  const schema = tool.type === "function" && "parameters" in tool ? (tool.parameters ?? {}) : {};
  const written = JSON.stringify(instanceOfSchema(schema as Readonly<Record<string, unknown>>));
  return { id: `fc_${hash}`, type: "function_call", status: "completed", arguments: written, call_id, name };
}

function spoken({ request, items }: Conversation): string {
  const format = request.text?.format;
  if (format?.type === "json_schema") return JSON.stringify(instanceOfSchema(format.schema));
  if (format?.type === "json_object") return JSON.stringify({ said: lastText(items) });
  const last = items.at(-1);
  return last !== undefined && "type" in last && last.type?.endsWith("_output") === true
    ? `The tool said: ${lastText(items)}`
    : `You said: ${lastText(items)}`;
}

function lastText(items: readonly ResponsesItem[]): string {
  const last = items.at(-1);
  const content =
    last === undefined ? "" : "output" in last ? last.output : "content" in last ? last.content : "";
  if (typeof content === "string") return content;
  return (content ?? [])
    .map((part) => ("text" in part && typeof part.text === "string" ? part.text : `[${part.type}]`))
    .join("");
}
