import type { Effort } from "./request.ts";

/**
 * What a translator must know of the model it writes for. Comes from the catalog and from discovery; an absent field
 * means unknown, and then the translator sends what the caller sent.
 */
export interface ModelTraits {
  /** Tokens. */
  readonly maxOutputTokens?: number;
  /** How the model takes reasoning: not at all, by effort, by its own measure guided by effort, or by a token budget. */
  readonly reasoning?: "none" | "effort" | "adaptive" | "budget";
  /** Efforts the model accepts, weakest first. */
  readonly efforts?: readonly Effort[];
  /** Reasoning cannot be switched off. */
  readonly alwaysReasons?: boolean;
  /** False: `temperature`, `top_p`, `top_k` and penalties are refused. */
  readonly sampling?: boolean;
  /** False: the model cannot be forced to call a tool. */
  readonly forcedToolChoice?: boolean;
  /** False: a conversation may not end with an assistant turn. */
  readonly prefill?: boolean;
  /** Native structured output by JSON Schema. */
  readonly structuredOutput?: boolean;
  /** System messages are accepted between turns. */
  readonly midConversationSystem?: boolean;
}
