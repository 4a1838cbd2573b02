import { sealThinking, signThinking } from "../../mocks/anthropic/signature.ts";
import { parseJson } from "../model/json.ts";
import { plainUsage, type ScriptAnswer, type ScriptPart, type ScriptUsage } from "../model/script.ts";
import { pieces } from "./pieces.ts";

/** One event of the Messages API. */
export interface MessagesEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of an answer, by what they say. */
export function answerEvents(answer: ScriptAnswer): {
  readonly content: readonly MessagesEvent[];
  readonly finish: readonly MessagesEvent[];
  readonly endMark: readonly MessagesEvent[];
} {
  const { output, ...usage } = usageOf(answer);
  const start = { ...envelope(), content: [], stop_reason: null, stop_sequence: null };
  return {
    content: [
      { type: "message_start", message: { ...start, usage: { ...usage, output_tokens: 1 } } },
      ...answer.parts.filter((part) => !("refusal" in part)).flatMap(blockEvents),
    ],
    finish: [
      {
        type: "message_delta",
        delta: ending(answer),
        usage: {
          output_tokens: output.output_tokens,
          output_tokens_details: output.output_tokens_details,
        },
      },
    ],
    endMark: [{ type: "message_stop" }],
  };
}

/** The answer as one message. */
export function answerMessage(answer: ScriptAnswer) {
  const { output, ...usage } = usageOf(answer);
  const content = answer.parts.filter((part) => !("refusal" in part)).map(wholeBlock);
  return { ...envelope(), content, ...ending(answer), usage: { ...usage, ...output } };
}

const stops: Readonly<Record<ScriptAnswer["stop"], string>> = {
  end: "end_turn",
  tool_calls: "tool_use",
  max_tokens: "max_tokens",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  content_filter: "refusal",
};

function envelope() {
  return { model: "claude-sonnet-4-5", id: "msg_conformance", type: "message", role: "assistant" };
}

function ending({ parts, stop, stopSequence }: ScriptAnswer) {
  const explanation = parts.map((part) => ("refusal" in part ? part.refusal : "")).join("");
  const refused = stops[stop] === "refusal";
  return {
    stop_reason: stops[stop],
    stop_sequence: stopSequence ?? null,
    ...(refused && {
      stop_details: { type: "refusal", category: null, explanation: explanation === "" ? null : explanation },
    }),
  };
}

function wholeBlock(part: ScriptPart): MessagesEvent {
  if ("thinking" in part) {
    return { type: "thinking", thinking: part.thinking, signature: signThinking(part.thinking, "") };
  }
  if ("redacted" in part) return { type: "redacted_thinking", data: sealThinking(part.redacted) };
  if ("call" in part) {
    return { type: "tool_use", id: part.call, name: part.name, input: parseJson(part.arguments) };
  }
  return { type: "text", text: "text" in part ? part.text : "" };
}

function blockEvents(part: ScriptPart, index: number): readonly MessagesEvent[] {
  const { opening, deltas } = streamed(part);
  return [
    { type: "content_block_start", index, content_block: opening },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function streamed(part: ScriptPart): { readonly opening: unknown; readonly deltas: readonly object[] } {
  if ("thinking" in part) {
    return {
      opening: { type: "thinking", thinking: "", signature: "" },
      deltas: [
        ...pieces(part.thinking, 4).map((thinking) => ({ type: "thinking_delta", thinking })),
        { type: "signature_delta", signature: signThinking(part.thinking, "") },
      ],
    };
  }
  if ("redacted" in part) return { opening: wholeBlock(part), deltas: [] };
  if ("call" in part) {
    const fragments = ["", ...pieces(part.arguments, part.fragments ?? 4)];
    return {
      opening: { ...wholeBlock(part), input: {} },
      deltas: fragments.map((partial_json) => ({ type: "input_json_delta", partial_json })),
    };
  }
  const source = "text" in part ? part.text : "";
  return {
    opening: { type: "text", text: "" },
    deltas: pieces(source, 4).map((text) => ({ type: "text_delta", text })),
  };
}

function usageOf({ usage = plainUsage, serviceTier }: ScriptAnswer) {
  const { input, cacheRead, cacheWrite, output, reasoning }: ScriptUsage = usage;
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    service_tier: serviceTier ?? "standard",
    output: { output_tokens: output, output_tokens_details: { thinking_tokens: reasoning } },
  };
}
