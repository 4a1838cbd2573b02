/**
 * Why the model stopped. `pause` is Anthropic's `pause_turn`: send the turn back to go on. `error` covers answers the
 * vendor itself calls malformed.
 */
export type StopReason =
  | "stop"
  | "stop_sequence"
  | "tool_calls"
  | "max_tokens"
  | "context_exceeded"
  | "refusal"
  | "content_filter"
  | "pause"
  | "error";
