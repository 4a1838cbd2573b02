import type { RawExchange } from "../raw-vendor.ts";

/** The vendors' protocols that faults are tried on. */
export type WireName = "chat" | "responses" | "messages" | "gemini";

/** One answer, `Hello, world`, in pieces that can be sent one by one. */
export interface WireAnswer {
  readonly wire: WireName | "embeddings";
  readonly stream: boolean;
  /** Events before any content. */
  readonly begin: readonly string[];
  /** An event for each of `pieces`. */
  readonly content: readonly string[];
  readonly end: readonly string[];
  /** The failure of a stream that has begun. */
  readonly failed: string;
  /** The same answer as one body. */
  readonly whole: string;
}

/** What the answer says, piece by piece. */
export const pieces = ["Hello", ", ", "world"] as const;
/** All of it. */
export const saidText: string = pieces.join("");
/** What every answer says it used. */
export const tokens = { input: 12, output: 3 } as const;
/** The vendors' credential; they repeat it in every failure, and it must never be seen outside. */
export const canary = "sk-canary-5d0e81b7c2f94a63";

/** The answer that a request wants, by the path it came to. */
export function wireAnswer({ path, body }: RawExchange): WireAnswer {
  const stream = body.stream === true || path.includes(":streamGenerateContent");
  if (path.includes("/embeddings")) return { ...empty, stream, whole: embedding };
  const wire = path.includes("/chat/completions")
    ? "chat"
    : path.includes("/responses")
      ? "responses"
      : path.includes("/messages")
        ? "messages"
        : "gemini";
  return { wire, stream, ...answers[wire] };
}

const empty = { wire: "embeddings", begin: [], content: [], end: [], failed: "" } as const;
const embedding = JSON.stringify({
  object: "list",
  data: [{ object: "embedding", index: 0, embedding: [0.5, -0.25, 0.125] }],
  model: "text-embedding-3-small",
  usage: { prompt_tokens: tokens.input, total_tokens: tokens.input },
});

const data = (payload: unknown) => `data: ${JSON.stringify(payload)}\n\n`;
const named = (payload: { readonly type: string }) => `event: ${payload.type}\n${data(payload)}`;
const overloaded = `Overloaded, ${canary}`;

type Told = Omit<WireAnswer, "wire" | "stream">;

function chat(): Told {
  const base = { id: "chatcmpl-1", created: 1, model: "gpt-4o-mini" };
  const usage = {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
  };
  const chunk = (delta: object, finish_reason: string | null = null) =>
    data({ ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] });
  return {
    begin: [chunk({ role: "assistant", content: "" })],
    content: pieces.map((content) => chunk({ content })),
    end: [
      chunk({}, "stop"),
      data({ ...base, object: "chat.completion.chunk", choices: [], usage }),
      "data: [DONE]\n\n",
    ],
    failed: data({ error: { message: overloaded, type: "server_error", code: "server_is_overloaded" } }),
    whole: JSON.stringify({
      ...{ ...base, object: "chat.completion", usage },
      choices: [{ index: 0, message: { role: "assistant", content: saidText }, finish_reason: "stop" }],
    }),
  };
}

function messages(): Told {
  const message = {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5" },
    ...{ content: [] as unknown[], stop_reason: null as string | null, stop_sequence: null },
    usage: { input_tokens: tokens.input, output_tokens: 1 },
  };
  const delta = (text: string) =>
    named({ ...{ type: "content_block_delta", index: 0 }, ...{ delta: { type: "text_delta", text } } });
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  const start = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
  return {
    begin: [named({ ...{ type: "message_start" }, ...{ message } }), named(start)],
    content: pieces.map(delta),
    end: [
      named({ ...{ type: "content_block_stop" }, ...{ index: 0 } }),
      named({
        ...{ type: "message_delta", usage },
        ...{ delta: { stop_reason: "end_turn", stop_sequence: null } },
      }),
      named({ type: "message_stop" }),
    ],
    failed: named({
      ...{ type: "error" },
      ...{ error: { type: "overloaded_error", message: overloaded } },
    }),
    whole: JSON.stringify({
      ...{ ...message, usage, stop_reason: "end_turn", content: [{ type: "text", text: saidText }] },
    }),
  };
}

function gemini(): Told {
  const envelope = { modelVersion: "gemini-2.5-flash", responseId: "r1" };
  const usageMetadata = {
    promptTokenCount: tokens.input,
    candidatesTokenCount: tokens.output,
    totalTokenCount: tokens.input + tokens.output,
  };
  const candidate = (parts: readonly object[], more: object = {}) => ({
    candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
    ...envelope,
  });
  const stop = { finishReason: "STOP" };
  return {
    begin: [data(candidate([]))],
    content: pieces.map((text) => data(candidate([{ text }]))),
    end: [data({ ...candidate([{ text: "" }], stop), usageMetadata })],
    failed: data({ error: { code: 503, message: overloaded, status: "UNAVAILABLE" } }),
    whole: JSON.stringify({ ...candidate([{ text: saidText }], stop), usageMetadata }),
  };
}

function responses(): Told {
  const usage = {
    ...{ input_tokens: tokens.input, input_tokens_details: { cached_tokens: 0 } },
    ...{ output_tokens: tokens.output, output_tokens_details: { reasoning_tokens: 0 } },
    total_tokens: tokens.input + tokens.output,
  };
  const part = { type: "output_text", text: saidText, annotations: [] };
  const item = { id: "msg_1", type: "message", role: "assistant", status: "completed", content: [part] };
  const begun = {
    ...{ id: "resp_1", object: "response", created_at: 1, status: "in_progress", model: "gpt-5" },
    ...{ error: null, incomplete_details: null, output: [], usage: null },
  };
  const response = { ...begun, status: "completed", output: [item], usage };
  const at = { item_id: item.id, output_index: 0, content_index: 0 };
  let sequence_number = 0;
  const event = (type: string, payload: object) =>
    named({ ...{ type }, ...payload, ...{ sequence_number: sequence_number++ } });
  const unsaid = { ...item, status: "in_progress", content: [] };
  return {
    begin: [
      event("response.created", { response: begun }),
      event("response.in_progress", { response: begun }),
      event("response.output_item.added", { output_index: 0, item: unsaid }),
      event("response.content_part.added", { ...at, part: { ...part, text: "" } }),
    ],
    content: pieces.map((delta) => event("response.output_text.delta", { ...at, delta, logprobs: [] })),
    end: [
      event("response.output_text.done", { ...at, text: saidText, logprobs: [] }),
      event("response.content_part.done", { ...at, part }),
      event("response.output_item.done", { output_index: 0, item }),
      event("response.completed", { response }),
    ],
    failed: named({
      ...{ type: "error" },
      ...{ sequence_number: 99, code: "server_is_overloaded", message: overloaded, param: null },
    }),
    whole: JSON.stringify(response),
  };
}

const answers: Readonly<Record<WireName, Told>> = {
  chat: chat(),
  responses: responses(),
  messages: messages(),
  gemini: gemini(),
};
