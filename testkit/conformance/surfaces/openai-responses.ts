import { openaiResponses } from "../../../src/wire/openai-responses/protocol.ts";
import type { Ask, AskPart, AskResult, AskToolChoice, AskTurn } from "../model/ask.ts";
import type { Exchange } from "../model/exchange.ts";
import { array, object } from "../model/json.ts";
import { chatSurface } from "./openai-chat.ts";
import { readResponsesStream } from "./openai-responses-stream.ts";
import { readResponsesWhole } from "./openai-responses-whole.ts";
import { callIdOf } from "./replayed.ts";
import type { SurfaceAdapter, WriteContext } from "./surface.ts";

/** Responses as its official client speaks it, with the conversation in every request and nothing kept by the server. */
export const responsesSurface: SurfaceAdapter = {
  id: "openai-responses",
  protocol: openaiResponses,
  lacks: {
    "tool-error": "a tool's output has no error flag",
    "stop-sequences": "a request cannot name stop sequences",
    "named-stop-sequence": "a request cannot name stop sequences",
    "long-tool-names": "tool names have at most 64 characters",
    "dotted-tool-names": "tool names have letters, digits, `_` and `-` only",
    "usage-on-request": "usage always comes",
  },
  write,
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  readWhole: readResponsesWhole,
  readStream: readResponsesStream,
  finishes: {
    end: ["completed"],
    // The items of the answer say that tools are called, nothing else does.
    tool_calls: ["completed"],
    max_tokens: ["max_output_tokens"],
    stop_sequence: ["completed"],
    refusal: ["completed", "content_filter"],
    content_filter: ["content_filter"],
  },
  errorTypes: chatSurface.errorTypes,
};

function write(ask: Ask, { model, stream, earlier }: WriteContext) {
  const [only, ...more] = ask.system ?? [];
  const isPlain = only !== undefined && more.length === 0;
  const body = {
    ...(model !== null && { model }),
    ...(isPlain && { instructions: only.text }),
    input: [
      ...(isPlain ? [] : (ask.system ?? []).map(({ text }) => message("developer", [{ text }]))),
      ...ask.messages.flatMap((turn) => itemsOf(turn, earlier)),
    ],
    ...(ask.continues === undefined
      ? { store: false, include: ["reasoning.encrypted_content"] }
      : { previous_response_id: earlier[ask.continues]?.answer.id }),
    ...(ask.stored === true && { store: true }),
    ...(ask.tools !== undefined && {
      tools: ask.tools.map(({ cached: _, ...fn }) => ({ type: "function", ...fn, strict: false })),
    }),
    ...(ask.toolChoice !== undefined && { tool_choice: choice(ask.toolChoice) }),
    ...(ask.parallel !== undefined && { parallel_tool_calls: ask.parallel }),
    ...(ask.maxTokens !== "unset" && { max_output_tokens: ask.maxTokens ?? 1000 }),
    ...(ask.temperature !== undefined && { temperature: ask.temperature }),
    ...(ask.effort !== undefined && { reasoning: { effort: ask.effort, summary: "auto" } }),
    ...(ask.schema !== undefined && {
      text: { format: { type: "json_schema", name: "answer", schema: ask.schema, strict: true } },
    }),
    ...(ask.serviceTier !== undefined && { service_tier: ask.serviceTier }),
    ...(stream && { stream: true }),
    ...ask.fields,
  };
  return { path: "/v1/responses", body };
}

function itemsOf(turn: AskTurn, earlier: readonly Exchange[]): readonly unknown[] {
  switch (turn.role) {
    case "user":
      return [message("user", turn.parts)];
    case "system":
      return [message("developer", [{ text: turn.text }])];
    case "replay":
      return array(earlier[turn.step]?.answer.turn);
    case "assistant": {
      const calls = turn.calls?.map(({ id, name, input }) => ({
        type: "function_call",
        call_id: id,
        name,
        arguments: JSON.stringify(input),
      }));
      const spoken = turn.text === undefined ? [] : [{ role: "assistant", content: turn.text }];
      return [...spoken, ...(calls ?? [])];
    }
    case "results":
      return turn.results.map((result) => outputOf(result, earlier));
  }
}

function message(role: string, parts: readonly AskPart[]): unknown {
  return { type: "message", role, content: parts.map(partOf) };
}

function outputOf({ id, parts }: AskResult, earlier: readonly Exchange[]): unknown {
  const [only, ...more] = parts;
  const isPlain = only !== undefined && more.length === 0 && "text" in only;
  const callId = callIdOf(id, earlier);
  const items = typeof id === "string" ? [] : array(earlier[id.step]?.answer.turn).map(object);
  const isCustom = items.some((item) => item.type === "custom_tool_call" && item.call_id === callId);
  return {
    type: isCustom ? "custom_tool_call_output" : "function_call_output",
    call_id: callId,
    output: isPlain ? only.text : parts.map(partOf),
  };
}

function partOf(part: AskPart): object {
  if ("text" in part) return { type: "input_text", text: part.text };
  if ("imageUrl" in part) return { type: "input_image", image_url: part.imageUrl, detail: "auto" };
  if ("png" in part)
    return { type: "input_image", image_url: `data:image/png;base64,${part.png}`, detail: "auto" };
  return {
    type: "input_file",
    filename: part.filename,
    file_data: `data:application/pdf;base64,${part.pdf}`,
  };
}

function choice(wanted: AskToolChoice): unknown {
  if (typeof wanted === "string") return wanted;
  const reference = (name: string) => ({ type: "function", name });
  if ("named" in wanted) return reference(wanted.named);
  return { type: "allowed_tools", mode: "auto", tools: wanted.allowed.map(reference) };
}
