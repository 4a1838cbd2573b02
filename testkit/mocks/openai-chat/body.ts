import { pieces } from "../shared/token-count.ts";
import type { ChatAnswer, ChatCall } from "./answer.ts";
import type { ChatRequest } from "./schema.ts";

const created = 1_789_478_598;

/** The answer as one body. */
export function chatBody(answer: ChatAnswer, request: ChatRequest): unknown {
  const message = {
    role: "assistant",
    content: answer.content,
    refusal: null,
    ...(answer.reasoning !== undefined && { reasoning_content: answer.reasoning }),
    ...(answer.calls.length > 0 && { tool_calls: answer.calls.map(wholeCall) }),
    annotations: [],
  };
  return {
    id: answer.id,
    object: "chat.completion",
    created,
    model: answer.model,
    choices: Array.from({ length: request.n ?? 1 }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: answer.finish,
    })),
    usage: answer.usage,
    service_tier: "default",
    system_fingerprint: "fp_mock",
  };
}

/** The answer as chunks, `[DONE]` included. A tool-only answer begins with its first call, as recorded from gpt-5.6. */
export function chatChunks(answer: ChatAnswer, request: ChatRequest): readonly unknown[] {
  const wantsUsage = request.stream_options?.include_usage === true;
  const head = {
    id: answer.id,
    object: "chat.completion.chunk",
    created,
    model: answer.model,
    service_tier: "default",
    system_fingerprint: null,
  };
  const tail = {
    ...(wantsUsage && { usage: null }),
    ...(request.stream_options?.include_obfuscation !== false && { obfuscation: "Dzgfxn4qZl4n1" }),
  };
  const chunk = (delta: unknown, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...tail,
  });
  const deltas: unknown[] = [
    ...pieces(answer.reasoning ?? "").map((text) => ({ content: null, reasoning_content: text })),
    ...pieces(answer.content ?? "").map((content) => ({ content })),
    ...answer.calls.flatMap(callDeltas),
  ];
  const opening = answer.content === null ? deltas.shift() : undefined;
  const first = { role: "assistant", content: answer.content === null ? null : "", refusal: null };
  const usage = { ...head, choices: [], usage: answer.usage };
  return [
    chunk({ ...first, ...(typeof opening === "object" && opening) }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, answer.finish),
    ...(wantsUsage ? [usage] : []),
    "[DONE]",
  ];
}

function wholeCall(call: ChatCall): unknown {
  return call.type === "function"
    ? { id: call.id, type: "function", function: { name: call.name, arguments: call.input } }
    : { id: call.id, type: "custom", custom: { name: call.name, input: call.input } };
}

function callDeltas(call: ChatCall, index: number): readonly unknown[] {
  const field = call.type === "function" ? "arguments" : "input";
  const open = { index, id: call.id, type: call.type, [call.type]: { name: call.name, [field]: "" } };
  const rest = pieces(call.input).map((text) => ({ index, [call.type]: { [field]: text } }));
  return [open, ...rest].map((fragment) => ({ tool_calls: [fragment] }));
}
