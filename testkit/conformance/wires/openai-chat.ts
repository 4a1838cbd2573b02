import { openaiChat } from "../../../src/wire/openai-chat/protocol.ts";
import { startOpenAiChatMock } from "../../mocks/openai-chat-server.ts";
import type { RecordedRequest } from "../../mocks/shared/mock-server.ts";
import { object } from "../model/json.ts";
import {
  plainUsage,
  type ScriptAnswer,
  type ScriptCall,
  type ScriptPart,
  type ScriptUsage,
} from "../model/script.ts";
import { chatFault } from "./openai-chat-fault.ts";
import { readChatRequest } from "./openai-chat-request.ts";
import { byTurns, pieces } from "./pieces.ts";
import type { FaultScript, WireAdapter } from "./wire.ts";

/** Chat Completions as compatible servers speak them, and OpenAI itself as the upstream `vendor`. */
export const chatWire: WireAdapter = {
  id: "openai-chat",
  protocol: openaiChat,
  lacks: {
    "signed-thinking": "reasoning is not signed",
    "redacted-thinking": "there is no hidden reasoning",
    "named-stop-sequence": "the answer does not say which stop sequence ended it",
  },
  contentType: "text/event-stream; charset=utf-8",
  upstreams: [
    {
      name: "compatible",
      mock: "compatible",
      model: "deepseek-reasoner",
      start: (listen) => startOpenAiChatMock({ dialect: "compatible", listen }),
      driver: "openai_completions",
      // The server is an older one, which knows the older name only.
      options: { max_tokens_field: "max_tokens" },
    },
    {
      name: "vendor",
      mock: "vendor",
      model: "gpt-5",
      start: (listen) => startOpenAiChatMock({ listen }),
      driver: "openai_completions",
      options: { max_tokens_field: "max_completion_tokens", developer_role: true, reasoning_field: "none" },
    },
  ],
  wantsUsage: ({ body }: RecordedRequest) => object(object(body).stream_options).include_usage === true,
  stream(answer, wantsUsage) {
    const usage = frame({ ...head(answer), choices: [], usage: usageOf(answer.usage ?? plainUsage) });
    return {
      content: encode(
        deltas(answer)
          .map((delta) => chunk(answer, delta))
          .join(""),
      ),
      finish: encode(chunk(answer, {}, finishes[answer.stop]) + (wantsUsage ? usage : "")),
      endMark: encode("data: [DONE]\n\n"),
    };
  },
  whole: (answer) => ({
    ...head(answer),
    object: "chat.completion",
    choices: [
      { index: 0, message: message(answer.parts), logprobs: null, finish_reason: finishes[answer.stop] },
    ],
    usage: usageOf(answer.usage ?? plainUsage),
  }),
  fault(fault) {
    const { status, error } = chatFault(fault);
    return { status, json: { error } };
  },
  faultEvent: (fault: FaultScript) => encode(frame({ error: chatFault(fault).error })),
  read: readChatRequest,
  recordings: ["openai/chat/openai-text.chunks.txt", "openai-compatible/chat/xai-text.chunks.txt"],
  frameRecorded: (payloads) =>
    encode(`${payloads.map((payload) => `data: ${payload}\n\n`).join("")}data: [DONE]\n\n`),
};

const finishes: Readonly<Record<ScriptAnswer["stop"], string>> = {
  end: "stop",
  tool_calls: "tool_calls",
  max_tokens: "length",
  stop_sequence: "stop",
  refusal: "stop",
  content_filter: "content_filter",
};

const encode = (text: string) => new TextEncoder().encode(text);
const frame = (payload: unknown) => `data: ${JSON.stringify(payload)}\n\n`;

function head({ serviceTier }: ScriptAnswer) {
  return {
    id: "chatcmpl-conformance",
    object: "chat.completion.chunk",
    created: 1_789_478_598,
    model: "deepseek-reasoner",
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    system_fingerprint: null,
  };
}

function chunk(answer: ScriptAnswer, delta: unknown, finish: string | null = null): string {
  return frame({ ...head(answer), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
}

function deltas({ parts, interleave }: ScriptAnswer): readonly unknown[] {
  const calls = parts.filter((part): part is ScriptCall => "call" in part);
  const spoken = parts.filter((part) => !("call" in part)).flatMap(spokenDeltas);
  const called = calls.map(callDeltas);
  const first = { role: "assistant", content: calls.length > 0 && spoken.length === 0 ? null : "" };
  return [first, ...spoken, ...(interleave === true ? byTurns(called) : called.flat())];
}

function spokenDeltas(part: ScriptPart): readonly unknown[] {
  if ("thinking" in part) {
    return pieces(part.thinking, 4).map((text) => ({ content: null, reasoning_content: text }));
  }
  if ("text" in part) return pieces(part.text, 4).map((content) => ({ content }));
  return "refusal" in part ? pieces(part.refusal, 4).map((refusal) => ({ refusal })) : [];
}

function callDeltas({ call: id, name, arguments: source, fragments }: ScriptCall, index: number) {
  const opening = { index, id, type: "function", function: { name, arguments: "" } };
  const rest = pieces(source, fragments ?? 4).map((text) => ({ index, function: { arguments: text } }));
  return [opening, ...rest].map((fragment) => ({ tool_calls: [fragment] }));
}

function message(parts: readonly ScriptPart[]): unknown {
  const join = (pick: (part: ScriptPart) => string) => parts.map(pick).join("");
  const text = join((part) => ("text" in part ? part.text : ""));
  const thinking = join((part) => ("thinking" in part ? part.thinking : ""));
  const refusal = join((part) => ("refusal" in part ? part.refusal : ""));
  const calls = parts.filter((part): part is ScriptCall => "call" in part);
  return {
    role: "assistant",
    content: text === "" && (calls.length > 0 || refusal !== "") ? null : text,
    refusal: refusal === "" ? null : refusal,
    ...(thinking !== "" && { reasoning_content: thinking }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ call: id, name, arguments: source }) => ({
        id,
        type: "function",
        function: { name, arguments: source },
      })),
    }),
  };
}

function usageOf({ input, cacheRead, cacheWrite, output, reasoning }: ScriptUsage) {
  const prompt = input + cacheRead + cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}
