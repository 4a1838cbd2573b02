import { pieces } from "../shared/token-count.ts";
import type { OutputItem, ResponsesAnswer } from "./answer.ts";
import type { ResponsesRequest } from "./schema.ts";

const created = 1_789_478_598;

/** The answer as one body. */
export function responsesBody(answer: ResponsesAnswer, request: ResponsesRequest): Record<string, unknown> {
  return {
    id: answer.id,
    object: "response",
    created_at: created,
    completed_at: created + 1,
    status: answer.status,
    background: false,
    error: null,
    incomplete_details: answer.status === "incomplete" ? { reason: "max_output_tokens" } : null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: null,
    model: `${request.model}-2026-01-01`,
    output: answer.output,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    service_tier: "default",
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: request.text ?? { format: { type: "text" } },
    tool_choice: request.tool_choice ?? "auto",
    tools: request.tools ?? [],
    top_logprobs: 0,
    top_p: request.top_p ?? 1,
    truncation: "disabled",
    usage: answer.usage,
    user: null,
    metadata: request.metadata ?? {},
  };
}

/** The answer as the vendor streams it. */
export function responsesEvents(answer: ResponsesAnswer, request: ResponsesRequest): readonly unknown[] {
  const body = responsesBody(answer, request);
  const early = {
    ...body,
    status: "in_progress",
    completed_at: null,
    output: [],
    usage: null,
    incomplete_details: null,
  };
  const events: Record<string, unknown>[] = [
    { type: "response.created", response: early },
    { type: "response.in_progress", response: early },
    ...answer.output.flatMap((item, at) => itemEvents(item, at)),
    { type: `response.${answer.status}`, response: body },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

function itemEvents(item: OutputItem, output_index: number): Record<string, unknown>[] {
  const place = { item_id: item.id, output_index };
  return [
    { type: "response.output_item.added", output_index, item: skeleton(item) },
    ...contentEvents(item).map((event) => ({ ...event, ...place })),
    { type: "response.output_item.done", output_index, item },
  ];
}

function skeleton(item: OutputItem): unknown {
  switch (item.type) {
    case "message":
      return { ...item, status: "in_progress", content: [] };
    case "reasoning":
      // Each copy is encrypted anew; only the last one counts.
      return {
        ...item,
        summary: [],
        ...("encrypted_content" in item && { encrypted_content: "gAAAAAearly" }),
      };
    case "custom_tool_call":
      return { ...item, status: "in_progress", input: "" };
    default:
      return { ...item, status: "in_progress", arguments: "" };
  }
}

function contentEvents(item: OutputItem): Record<string, unknown>[] {
  const { content, summary } = item;
  if (Array.isArray(content)) return content.flatMap(textEvents);
  if (Array.isArray(summary)) return summary.flatMap(summaryEvents);
  const custom = item.type === "custom_tool_call";
  const stem = custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  const text = String(custom ? item.input : item.arguments);
  return [
    ...pieces(text).map((delta) => ({ type: `${stem}.delta`, delta, obfuscation: "x9" })),
    { type: `${stem}.done`, [custom ? "input" : "arguments"]: text },
  ];
}

function textEvents(part: { text: string }, content_index: number): Record<string, unknown>[] {
  return [
    { type: "response.content_part.added", content_index, part: { ...part, text: "" } },
    ...pieces(part.text).map((delta) => ({
      type: "response.output_text.delta",
      content_index,
      delta,
      logprobs: [],
      obfuscation: "x9",
    })),
    { type: "response.output_text.done", content_index, text: part.text, logprobs: [] },
    { type: "response.content_part.done", content_index, part },
  ];
}

function summaryEvents(part: { text: string }, summary_index: number): Record<string, unknown>[] {
  return [
    { type: "response.reasoning_summary_part.added", summary_index, part: { ...part, text: "" } },
    ...pieces(part.text).map((delta) => ({
      type: "response.reasoning_summary_text.delta",
      summary_index,
      delta,
    })),
    { type: "response.reasoning_summary_text.done", summary_index, text: part.text },
    { type: "response.reasoning_summary_part.done", summary_index, part },
  ];
}
