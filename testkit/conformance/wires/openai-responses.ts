import { openaiResponses } from "../../../src/wire/openai-responses/protocol.ts";
import { startOpenAiMock } from "../../mocks/openai-server.ts";
import { type JsonObject, object, parseJson, text } from "../model/json.ts";
import { plainUsage, type ScriptAnswer, type ScriptStop } from "../model/script.ts";
import { chatFault } from "./openai-chat-fault.ts";
import { encrypted, itemEvents, itemOf } from "./openai-responses-items.ts";
import { readResponsesRequest } from "./openai-responses-request.ts";
import { byTurns } from "./pieces.ts";
import type { WireAdapter } from "./wire.ts";

/** The Responses API of OpenAI: a model that reasons when it is asked to. */
export const responsesWire: WireAdapter = {
  id: "openai-responses",
  protocol: openaiResponses,
  lacks: {
    "stop-sequences": "a request cannot name texts that end the answer: see P025",
    "named-stop-sequence": "a request cannot name texts that end the answer",
    "end-mark": "the stream ends with the response itself",
  },
  contentType: "text/event-stream; charset=utf-8",
  upstreams: [
    {
      name: "vendor",
      mock: "responses",
      model: "gpt-5.1",
      start: (listen) => startOpenAiMock({ listen }),
      driver: "openai",
      options: { protocol: "responses" },
    },
  ],
  wantsUsage: () => true,
  stream(answer) {
    const content = contentOf(answer);
    const status = statusOf(answer.stop);
    return {
      content: encode(content),
      finish: encode([{ type: `response.${status}`, response: responseOf(answer, status) }], content.length),
      endMark: new Uint8Array(),
    };
  },
  whole: (answer) => responseOf(answer, statusOf(answer.stop)),
  fault(fault) {
    const { status, error } = chatFault(fault);
    return { status, json: { error } };
  },
  // As recorded: the error, and then a response that failed of it.
  faultEvent(fault, said) {
    const { error } = chatFault(fault);
    const code = error.code ?? error.type;
    const failed = {
      ...responseOf({ parts: [], stop: "end" }, "failed"),
      error: { code, message: error.message },
    };
    const events = [
      { type: "error", error },
      { type: "response.failed", response: failed },
    ];
    return encode(events, said === undefined ? 0 : contentOf(said).length);
  },
  read: readResponsesRequest,
  signatureOf: (thinking) => encrypted(thinking).encrypted_content,
  sealed: (redacted) => encrypted(redacted).encrypted_content,
  recordings: [
    "openai/responses/openai-reasoning-encrypted-content.1.chunks.txt",
    "open-responses/responses/lmstudio-basic.1.chunks.txt",
    "azure/azure-text.1.chunks.txt",
  ],
  frameRecorded: (payloads) =>
    new TextEncoder().encode(
      payloads
        .map((payload) => `event: ${text(object(parseJson(payload)).type)}\ndata: ${payload}\n\n`)
        .join(""),
    ),
};

type Status = "in_progress" | "completed" | "incomplete" | "failed";

function statusOf(stop: ScriptStop): Status {
  return stop === "max_tokens" || stop === "content_filter" ? "incomplete" : "completed";
}

/** Everything until the end: items one after another; calls by turns where the script says so. */
function contentOf(answer: ScriptAnswer): readonly JsonObject[] {
  const response = responseOf(answer, "in_progress");
  const items = answer.parts.map(itemEvents);
  return [
    { type: "response.created", response },
    { type: "response.in_progress", response },
    ...(answer.interleave === true ? byTurns(items) : items.flat()),
  ];
}

function encode(events: readonly JsonObject[], first = 0): Uint8Array {
  const frames = events.map((event, i) => {
    const payload = { type: event.type, sequence_number: first + i, ...event };
    return `event: ${text(event.type)}\ndata: ${JSON.stringify(payload)}\n\n`;
  });
  return new TextEncoder().encode(frames.join(""));
}

const incomplete: Readonly<Partial<Record<ScriptStop, string>>> = {
  max_tokens: "max_output_tokens",
  content_filter: "content_filter",
};

function responseOf(answer: ScriptAnswer, status: Status): JsonObject {
  const isDone = status === "completed" || status === "incomplete";
  return {
    id: "resp_conformance",
    object: "response",
    created_at: 1_789_478_598,
    status,
    background: false,
    error: null,
    incomplete_details: status === "incomplete" ? { reason: incomplete[answer.stop] } : null,
    instructions: null,
    model: "gpt-5.1-2025-11-13",
    output: isDone ? answer.parts.map(itemOf) : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    service_tier: answer.serviceTier ?? "default",
    store: false,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: isDone ? usageOf(answer) : null,
    metadata: {},
  };
}

function usageOf({ usage = plainUsage }: ScriptAnswer): JsonObject {
  const { input, cacheRead, cacheWrite, output, reasoning } = usage;
  const prompt = input + cacheRead + cacheWrite;
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: prompt + output,
  };
}
