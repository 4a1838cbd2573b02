/** An error as one surface tells it, in the surface's own words. */
export type Words = Readonly<Record<string, unknown>>;

/** A protocol as clients speak it by hand, with what is needed to judge its answers. */
export interface FaultSurface {
  readonly name: "chat" | "responses" | "messages" | "gemini" | "embeddings";
  path(model: string, stream: boolean): string;
  body(model: string, say: { readonly text: string; readonly stream: boolean }): Words;
  /** The content type of its streams. */
  readonly streamType: string;
  /** The events of a stream so far, whichever of them are JSON. */
  events(stream: string): readonly Words[];
  /** The text of a stream so far. */
  streamed(stream: string): string;
  /** The text of a whole answer. */
  whole(body: unknown): string;
  /** What only a complete stream holds. */
  readonly ends: RegExp;
  /** A sign of life. */
  readonly keepalive: RegExp;
  /** What this surface's error says of a failure: `told` of `expected`. */
  told(payload: Words): Words;
  expected(status: number, code: string): Words;
}

type Deep = Readonly<Record<string, unknown>> & { readonly [field: number]: unknown };
/** A field of what came from a wire, however deep: `at(body, "choices", 0, "text")`. */
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce((here: unknown, step) => (here as Deep | null | undefined)?.[step], value);
const textAt = (value: unknown, ...path: readonly (string | number)[]) => String(at(value, ...path) ?? "");
const joined = (stream: string, read: (payload: Words) => string) => eventsOf(stream).map(read).join("");

function eventsOf(stream: string): readonly Words[] {
  return [...stream.matchAll(/^data: ?(\{.*)$/gm)].flatMap(([, text]) => parsed(text ?? "") as Words[]);
}

/** A list of what it is in JSON; empty when it is not. */
function parsed(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

const sse = { streamType: "text/event-stream", events: eventsOf };

const comment = /^: ?keepalive$/m;
const openAiTypes = (status: number) => (status === 429 ? "rate_limit_error" : "server_error");
const openAiCode = (code: string) => (code === "upstream_rate_limited" ? "rate_limit_exceeded" : code);
const openAi = {
  told: (payload: Words) => ({ type: at(payload, "error", "type"), code: at(payload, "error", "code") }),
  expected: (status: number, code: string) => ({ type: openAiTypes(status), code: openAiCode(code) }),
};

const chat: FaultSurface = {
  name: "chat",
  ...sse,
  path: () => "/v1/chat/completions",
  body: (model, { text, stream }) => ({ model, stream, messages: [{ role: "user", content: text }] }),
  streamed: (stream) => joined(stream, (payload) => textAt(payload, "choices", 0, "delta", "content")),
  whole: (body) => textAt(body, "choices", 0, "message", "content"),
  ends: /\[DONE\]|"finish_reason": ?"/,
  keepalive: comment,
  ...openAi,
};

const responses: FaultSurface = {
  name: "responses",
  ...sse,
  path: () => "/v1/responses",
  body: (model, { text, stream }) => ({ model, stream, input: text }),
  streamed: (stream) =>
    joined(stream, (payload) =>
      payload.type === "response.output_text.delta" ? textAt(payload, "delta") : "",
    ),
  whole: (body) => textAt((at(body, "output") as unknown[] | undefined)?.at(-1), "content", 0, "text"),
  ends: /response\.completed|\[DONE\]/,
  keepalive: comment,
  ...openAi,
};

const messagesTypes: Readonly<Record<number, string>> = {
  429: "rate_limit_error",
  500: "api_error",
  502: "api_error",
  503: "api_error",
  504: "timeout_error",
  529: "overloaded_error",
};

const messages: FaultSurface = {
  name: "messages",
  ...sse,
  path: () => "/v1/messages",
  body: (model, { text, stream }) => ({
    ...{ model, stream, max_tokens: 200 },
    messages: [{ role: "user", content: text }],
  }),
  streamed: (stream) => joined(stream, (payload) => textAt(payload, "delta", "text")),
  whole: (body) => textAt(body, "content", 0, "text"),
  ends: /message_stop/,
  keepalive: /^event: ping$/m,
  told: (payload) => ({ type: payload.type, error: at(payload, "error", "type") }),
  expected: (status) => ({ type: "error", error: messagesTypes[status] }),
};

const googleCodes: Readonly<Record<number, string>> = {
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  502: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  529: "UNAVAILABLE",
};

const gemini: FaultSurface = {
  name: "gemini",
  ...sse,
  path: (model, stream) =>
    `/v1beta/models/${model}:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  body: (_, { text }) => ({ contents: [{ role: "user", parts: [{ text }] }] }),
  streamed: (stream) =>
    joined(stream, (payload) => textAt(payload, "candidates", 0, "content", "parts", 0, "text")),
  whole: (body) => textAt(body, "candidates", 0, "content", "parts", 0, "text"),
  ends: /"finishReason"/,
  keepalive: comment,
  told: (payload) => ({
    code: at(payload, "error", "code"),
    status: at(payload, "error", "status"),
    reason: at(payload, "error", "details", 0, "reason"),
  }),
  expected: (status, code) => ({
    ...{ code: status, status: googleCodes[status], reason: code.toUpperCase() },
  }),
};

/** A Gemini stream as one array of JSON, which has to be whole whatever happens. */
export const geminiArray: FaultSurface = {
  ...{ ...gemini, streamType: "application/json" },
  path: (model) => `/v1beta/models/${model}:streamGenerateContent`,
  events: arrayEvents,
  streamed: (stream) =>
    arrayEvents(stream)
      .map((payload) => textAt(payload, "candidates", 0, "content", "parts", 0, "text"))
      .join(""),
  keepalive: /^\n|\n{3}/,
};

function arrayEvents(stream: string): readonly Words[] {
  const [whole] = [...parsed(stream), ...parsed(`${stream}]`)];
  return Array.isArray(whole) ? whole : [];
}

/** Vectors, which are never streamed. */
export const embeddingsSurface: FaultSurface = {
  name: "embeddings",
  ...sse,
  path: () => "/v1/embeddings",
  body: (model, { text }) => ({ model, input: text }),
  streamed: () => "",
  whole: (body) => JSON.stringify(at(body, "data", 0, "embedding")),
  ends: /"embedding"/,
  keepalive: comment,
  ...openAi,
};

/** Every surface that generates. */
export const faultSurfaces: readonly FaultSurface[] = [chat, responses, messages, gemini];
