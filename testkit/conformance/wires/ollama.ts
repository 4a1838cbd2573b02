import { ollama } from "../../../src/wire/ollama/protocol.ts";
import { startOllamaMock } from "../../mocks/ollama-server.ts";
import { object, parseJson } from "../model/json.ts";
import {
  plainUsage,
  type ScriptAnswer,
  type ScriptFault,
  type ScriptPart,
  type ScriptStop,
} from "../model/script.ts";
import { readOllamaRequest } from "./ollama-request.ts";
import { pieces } from "./pieces.ts";
import type { FaultScript, WireAdapter } from "./wire.ts";

/** Ollama's own API, in lines of JSON: a model that thinks, sees and calls tools. */
export const ollamaWire: WireAdapter = {
  id: "ollama",
  protocol: ollama,
  lacks: {
    sse: "streams are lines of JSON",
    "signed-thinking": "thinking is not signed",
    "redacted-thinking": "there is no hidden thinking",
    refusal: "a refusal is a text like any other",
    "refusal-text": "a refusal is a text like any other",
    "content-filter": "there is no filter",
    "named-stop-sequence": "the answer does not say which stop sequence ended it",
    "cache-read-usage": "usage does not count what is read from a cache",
    "cache-write-usage": "usage does not count what is written to a cache",
    "reasoning-usage": "usage does not tell thinking apart",
    "interleaved-calls": "every call comes whole",
    "argument-fragments": "every call comes whole",
    "end-mark": "the last line is the end",
    "parallel-switch": "parallel calls cannot be switched off",
    "image-by-url": "images are sent as bytes",
    files: "models read images only",
    "service-tier": "there are no tiers",
    "typed-stream-errors": "an error in a stream has words only",
  },
  contentType: "application/x-ndjson",
  upstreams: [
    {
      name: "local",
      mock: "ollama",
      model: "qwen3-vl:8b",
      start: (listen) => startOllamaMock({ ...(listen !== undefined && { listen }) }),
      driver: "ollama",
    },
  ],
  wantsUsage: () => true,
  // Unlike elsewhere, a stream is what comes unasked.
  wantsStream: ({ body }) => object(body).stream !== false,
  stream: (answer) => ({
    content: encode(answer.parts.flatMap(messagesOf).map((message) => line(message, { done: false }))),
    finish: encode([line({ content: "" }, ending(answer))]),
    endMark: new Uint8Array(),
  }),
  whole(answer) {
    const calls = answer.parts.flatMap((part) => ("call" in part ? [callOf(part)] : []));
    const join = (pick: (part: ScriptPart) => string) => answer.parts.map(pick).join("");
    const thinking = join((part) => ("thinking" in part ? part.thinking : ""));
    return line(
      {
        content: join((part) => ("text" in part ? part.text : "")),
        ...(thinking !== "" && { thinking }),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
      ending(answer),
    );
  },
  fault: ({ fault, message }) => ({ status: statuses[fault], json: { error: words[fault] ?? message } }),
  faultEvent: ({ fault, message }: FaultScript) => encode([{ error: words[fault] ?? message }]),
  read: readOllamaRequest,
  recordings: [],
  frameRecorded: (payloads) => new TextEncoder().encode(payloads.map((payload) => `${payload}\n`).join("")),
};

const statuses: Readonly<Record<ScriptFault, number>> = {
  invalid: 400,
  authentication: 401,
  not_found: 404,
  context_exceeded: 400,
  rate_limited: 429,
  quota: 429,
  server_error: 500,
  overloaded: 503,
};

/** What only the words tell apart, as the server writes them. */
const words: Readonly<Partial<Record<ScriptFault, string>>> = {
  context_exceeded: "the input length exceeds the context length",
  overloaded: "server busy, please try again.  maximum pending requests exceeded",
};

const reasons: Readonly<Record<ScriptStop, string>> = {
  end: "stop",
  tool_calls: "stop",
  max_tokens: "length",
  stop_sequence: "stop",
  refusal: "stop",
  content_filter: "stop",
};

function encode(lines: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
}

function line(message: object, rest: object): unknown {
  return {
    model: "qwen3-vl:8b",
    created_at: "2026-09-15T20:32:53.844124Z",
    message: { role: "assistant", ...message },
    ...rest,
  };
}

function messagesOf(part: ScriptPart): readonly object[] {
  if ("thinking" in part) return pieces(part.thinking, 4).map((thinking) => ({ content: "", thinking }));
  if ("text" in part) return pieces(part.text, 4).map((content) => ({ content }));
  return "call" in part ? [{ content: "", tool_calls: [callOf(part)] }] : [];
}

/** Every call says the index 0, as servers do that send them one by one. */
function callOf({
  call: id,
  name,
  arguments: source,
}: Extract<ScriptPart, { readonly call: string }>): object {
  return { ...(id !== "" && { id }), function: { index: 0, name, arguments: parseJson(source) } };
}

function ending({ stop, usage = plainUsage }: ScriptAnswer): object {
  return {
    done: true,
    done_reason: reasons[stop],
    total_duration: 3_244_883_583,
    prompt_eval_count: usage.input,
    eval_count: usage.output,
  };
}
