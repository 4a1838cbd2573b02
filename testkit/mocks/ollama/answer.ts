import { createHash } from "node:crypto";
import { instanceOfSchema } from "../../../src/drivers/playground/instance-of-schema.ts";
import { calledTools } from "../shared/called-tools.ts";
import { cutText, pieces, tokensOf } from "../shared/token-count.ts";
import type { OllamaModel } from "./models.ts";
import type { ChatRequest } from "./schema.ts";

/** What the mock answers, before it is cut into lines. */
interface Answer {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly unknown[];
  readonly end: Readonly<Record<string, unknown>>;
}

/** Of the server's clock, but deterministic: another one for every request. */
function createdAt(request: ChatRequest): string {
  const digest = createHash("sha256").update(JSON.stringify(request)).digest();
  const micros = digest.readUInt32BE() % 1_000_000;
  return `2025-07-07T20:22:19.${String(micros).padStart(6, "0")}Z`;
}

/** Deterministic: every tool, or those the user names, is called when the user spoke last, else what was said is said back. */
function answerOf(request: ChatRequest, model: OllamaModel): Answer {
  const asked = request.messages.at(-1);
  const thinks = model.capabilities.includes("thinking") && request.think !== false;
  const thinking = thinks ? `Thinking about ${asked?.content ?? ""}` : "";
  const calls =
    asked?.role === "tool"
      ? []
      : calledTools(request.tools ?? [], {
          said: asked?.content ?? "",
          nameOf: (tool) => tool.function.name,
          unnamed: "all",
        }).map(callOf);
  const cut = cutText(calls.length > 0 ? "" : spoken(request), {
    maxTokens: Math.max(0, (request.options?.num_predict ?? 100_000) - tokensOf(thinking)),
    stop: request.options?.stop ?? [],
  });
  const prompt = tokensOf(request.messages) + tokensOf(request.tools ?? "");
  return {
    thinking,
    text: cut.text,
    calls,
    end: {
      // Calls end an answer as a text does.
      done_reason: cut.end === "max_tokens" ? "length" : "stop",
      done: true,
      total_duration: 182_242_375,
      load_duration: 41_295_167,
      prompt_eval_count: prompt,
      prompt_eval_duration: 24_573_166,
      eval_count:
        tokensOf(thinking) +
        tokensOf(cut.text) +
        calls.reduce<number>((sum, call) => sum + tokensOf(call), 0),
      eval_duration: 115_959_084,
    },
  };
}

/** The answer as one body. */
export function chatBody(request: ChatRequest, model: OllamaModel): unknown {
  const { thinking, text, calls, end } = answerOf(request, model);
  const message = {
    role: "assistant",
    content: text,
    ...(thinking !== "" && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return { model: request.model, created_at: createdAt(request), message, ...end };
}

/** The answer as lines: thinking, text, each call in a line of its own, then the metrics. */
export function chatLines(request: ChatRequest, model: OllamaModel): readonly unknown[] {
  const { thinking, text, calls, end } = answerOf(request, model);
  const created_at = createdAt(request);
  const line = (message: object, rest: object = { done: false }) => ({
    model: request.model,
    created_at,
    message: { role: "assistant", content: "", ...message },
    ...rest,
  });
  return [
    ...pieces(thinking).map((piece) => line({ thinking: piece })),
    ...pieces(text).map((content) => line({ content })),
    ...calls.map((call) => line({ tool_calls: [call] })),
    line({}, end),
  ];
}

/** As old servers send it: without an id, and all with the same index. */
function callOf({ function: { name, parameters } }: NonNullable<ChatRequest["tools"]>[number]): unknown {
  return { function: { index: 0, name, arguments: instanceOfSchema(parameters) } };
}

function spoken({ messages, format }: ChatRequest): string {
  const last = messages.at(-1);
  if (typeof format === "object") return JSON.stringify(instanceOfSchema(format));
  if (format === "json") return JSON.stringify({ said: last?.content });
  const pictures = (last?.images ?? []).map(() => "[image]").join("");
  return `${last?.role === "tool" ? "The tool said" : "You said"}: ${last?.content}${pictures}`;
}
