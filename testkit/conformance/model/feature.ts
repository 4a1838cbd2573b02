/**
 * What a case needs a protocol to be able to say. A surface or wire that cannot say it declares so with the reason, and
 * the case then does not apply there.
 */
export type Feature =
  /** Reasoning is shown to the caller. */
  | "thinking"
  /** Shown reasoning carries a signature that must come back. */
  | "signed-thinking"
  /** Reasoning that only the vendor can read. */
  | "redacted-thinking"
  /** A refusal is put in words, apart from the text. */
  | "refusal-text"
  /** A refusal is told from an answer, by its reason or by its place. */
  | "refusal"
  /** A filter can end an answer. */
  | "content-filter"
  /** The answer says which stop sequence ended it. */
  | "named-stop-sequence"
  /** A request can name stop sequences. */
  | "stop-sequences"
  /** Usage counts tokens read from a cache. */
  | "cache-read-usage"
  /** Usage counts tokens written to a cache. */
  | "cache-write-usage"
  /** Usage counts the tokens spent on reasoning. */
  | "reasoning-usage"
  /** Streams are server-sent events, with all their spellings. */
  | "sse"
  /** Several tool calls may be streamed at once, told apart by an index. */
  | "interleaved-calls"
  /** Arguments of a call come in fragments of JSON text. */
  | "argument-fragments"
  /** A stream has a mark at its end that is apart from the finish reason. */
  | "end-mark"
  /** A tool's result can be marked as an error. */
  | "tool-error"
  /** A tool's result can hold an image. */
  | "image-in-tool-result"
  /** Documents can be sent. */
  | "files"
  /** A failure inside a stream says of what kind it is. */
  | "typed-stream-errors"
  /** The model's server reads images from their addresses. */
  | "image-by-url"
  /** A request may leave out the limit of the answer. */
  | "optional-max-tokens"
  /** The range of temperature goes beyond 1. */
  | "temperature-above-1"
  /** Instructions between two turns. */
  | "system-between-turns"
  /** A choice among some of the tools. */
  | "allowed-tools"
  /** A switch for parallel tool calls. */
  | "parallel-switch"
  /** An assistant turn that says nothing at all. */
  | "empty-assistant-turn"
  /** Usage in a stream only when it is asked for. */
  | "usage-on-request"
  /** Markers that say up to where the prompt is cached. */
  | "cache-markers"
  /** The tier of service can be chosen and is told back. */
  | "service-tier"
  /** Reasoning is asked for by an effort word. */
  | "effort"
  /** Tool names of more than 64 characters. */
  | "long-tool-names"
  /** Tool names with dots in them. */
  | "dotted-tool-names"
  /** A request goes on from an earlier answer by its id. */
  | "stored-turns";

/** The features a protocol does not have, each with the reason a reader of the report is shown. */
export type Lacks = Readonly<Partial<Record<Feature, string>>>;
