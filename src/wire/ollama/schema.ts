import type { JsonObject } from "../read-json.ts";

/** A message of `/api/chat`; `content` is always a text. */
export interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  readonly thinking?: string;
  /** Bytes in base64, without a `data:` prefix; sound stands here, too. */
  readonly images?: readonly string[];
  readonly tool_calls?: readonly WireToolCall[];
  /** Of a result: the function that was called. */
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

/** A call; unlike in the Chat Completions API its arguments are an object. */
export interface WireToolCall {
  readonly id?: string;
  readonly function: { readonly index?: number; readonly name: string; readonly arguments: JsonObject };
}

/** Words of `think` besides true and false. Source: `docs/capabilities/thinking.mdx` of ollama/ollama. */
export const thinkLevels = ["low", "medium", "high", "max"] as const;

/** Top-level fields without a neutral meaning that go through as they are. */
export const carriedExtras: readonly string[] = ["keep_alive", "truncate", "shift"];

/** Entries of `options` without a neutral meaning; callers of other protocols send them as fields of their own. */
export const carriedOptions: readonly string[] = [
  "num_ctx",
  "num_keep",
  "num_batch",
  "num_gpu",
  "main_gpu",
  "num_thread",
  "use_mmap",
  "draft_num_predict",
  "min_p",
  "typical_p",
  "repeat_last_n",
  "repeat_penalty",
];

/** State of this protocol. Thinking is not signed here. */
export const ollamaOrigin = { protocol: "ollama" } as const;

/** What the encoder reads of a provider's quirks, each sent unless the caller says otherwise. */
export interface OllamaQuirks {
  /** Tokens of context a model is loaded with (`options.num_ctx`); the server's own default cuts long prompts in silence. */
  readonly num_ctx?: number;
  /** How long a model stays loaded, e.g. `30m`. */
  readonly keep_alive?: string;
}
