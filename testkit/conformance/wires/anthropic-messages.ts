import { anthropicMessages } from "../../../src/wire/anthropic-messages/protocol.ts";
import { sealThinking, signThinking } from "../../mocks/anthropic/signature.ts";
import { startAnthropicMock } from "../../mocks/anthropic-server.ts";
import { object, parseJson, text } from "../model/json.ts";
import { plainUsage, type ScriptAnswer, type ScriptPart, type ScriptUsage } from "../model/script.ts";
import { messagesFault } from "./anthropic-messages-fault.ts";
import { readMessagesRequest } from "./anthropic-messages-request.ts";
import { pieces } from "./pieces.ts";
import type { WireAdapter } from "./wire.ts";

/** The Messages API: a model with thinking budgets, and a newer one that thinks adaptively. */
export const messagesWire: WireAdapter = {
  id: "anthropic-messages",
  protocol: anthropicMessages,
  lacks: {
    "interleaved-calls": "content blocks come one after another",
    "end-mark": "message_delta and message_stop are one step to its servers",
    "refusal-text": "a refusal's words stand beside the content, in stop_details",
  },
  contentType: "text/event-stream; charset=utf-8",
  upstreams: [
    {
      name: "budgeted",
      mock: "messages",
      model: "claude-sonnet-4-5",
      start: (listen) => startAnthropicMock({ listen }),
      driver: "anthropic",
    },
    {
      name: "adaptive",
      mock: "messages",
      model: "claude-opus-4-6",
      start: (listen) => startAnthropicMock({ listen }),
      driver: "anthropic",
    },
  ],
  wantsUsage: () => true,
  stream(answer) {
    const { output, ...usage } = usageOf(answer);
    const start = { ...envelope(), content: [], stop_reason: null, stop_sequence: null };
    return {
      content: encode([
        { type: "message_start", message: { ...start, usage: { ...usage, output_tokens: 1 } } },
        ...answer.parts.filter((part) => !("refusal" in part)).flatMap(blockEvents),
      ]),
      finish: encode([
        {
          type: "message_delta",
          delta: ending(answer),
          usage: {
            output_tokens: output.output_tokens,
            output_tokens_details: output.output_tokens_details,
          },
        },
      ]),
      endMark: encode([{ type: "message_stop" }]),
    };
  },
  whole(answer) {
    const { output, ...usage } = usageOf(answer);
    const content = answer.parts.filter((part) => !("refusal" in part)).map(wholeBlock);
    return { ...envelope(), content, ...ending(answer), usage: { ...usage, ...output } };
  },
  fault(fault) {
    const { status, payload } = messagesFault(fault);
    return { status, json: payload };
  },
  faultEvent: (fault) => encode([messagesFault(fault).payload]),
  read: readMessagesRequest,
  signatureOf: (thinking) => signThinking(thinking, ""),
  sealed: sealThinking,
  recordings: [
    "anthropic/anthropic-text.chunks.txt",
    "anthropic/anthropic-json-other-tool.1.chunks.txt",
    "anthropic/anthropic-clear-thinking.1.chunks.txt",
  ],
  frameRecorded: (payloads) =>
    new TextEncoder().encode(
      payloads
        .map((payload) => `event: ${text(object(parseJson(payload)).type)}\ndata: ${payload}\n\n`)
        .join(""),
    ),
};

interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

const stops: Readonly<Record<ScriptAnswer["stop"], string>> = {
  end: "end_turn",
  tool_calls: "tool_use",
  max_tokens: "max_tokens",
  stop_sequence: "stop_sequence",
  refusal: "refusal",
  content_filter: "refusal",
};

/** The vendor pads payloads with spaces, and sends a ping after the start. */
function encode(events: readonly WireEvent[]): Uint8Array {
  const frames = events.map((event) => {
    const payload = JSON.stringify(event);
    const padded = payload.replace(/\}$/, `${" ".repeat(payload.length % 5)}}`);
    const ping = event.type === "message_start" ? 'event: ping\ndata: {"type": "ping"}\n\n' : "";
    return `event: ${event.type}\ndata: ${padded}\n\n${ping}`;
  });
  return new TextEncoder().encode(frames.join(""));
}

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

function wholeBlock(part: ScriptPart): WireEvent {
  if ("thinking" in part) {
    return { type: "thinking", thinking: part.thinking, signature: signThinking(part.thinking, "") };
  }
  if ("redacted" in part) return { type: "redacted_thinking", data: sealThinking(part.redacted) };
  if ("call" in part) {
    return { type: "tool_use", id: part.call, name: part.name, input: parseJson(part.arguments) };
  }
  return { type: "text", text: "text" in part ? part.text : "" };
}

function blockEvents(part: ScriptPart, index: number): readonly WireEvent[] {
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
