import type { StopReason } from "../neutral/stop-reason.ts";

/** What the answer holds, which says more than the vendor's reason: some say `stop` after a tool call. */
export interface EmittedParts {
  readonly toolCall: boolean;
  readonly refusal: boolean;
}

/** `finish_reason` of a vendor, known or not, in the neutral words. `error` is OpenRouter's. */
export function decodeStopReason(reason: string, emitted: EmittedParts): StopReason {
  switch (reason) {
    case "length":
      return "max_tokens";
    case "content_filter":
      return "content_filter";
    case "error":
      return "error";
    default:
      if (emitted.toolCall) return "tool_calls";
      return emitted.refusal ? "refusal" : "stop";
  }
}

/**
 * The `finish_reason` a client gets. In this protocol a refusal that was put in words is a normal stop, and one
 * without words is `content_filter`. `error` is outside OpenAI's list and means what it means at OpenRouter.
 */
export function encodeStopReason(reason: StopReason, emitted: EmittedParts): string {
  switch (reason) {
    case "max_tokens":
    case "context_exceeded":
      return "length";
    case "content_filter":
      return "content_filter";
    case "refusal":
      return emitted.refusal ? "stop" : "content_filter";
    case "error":
      return "error";
    case "stop":
    case "stop_sequence":
    case "tool_calls":
    case "pause":
      return emitted.toolCall ? "tool_calls" : "stop";
  }
}
