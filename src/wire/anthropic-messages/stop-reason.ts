import type { StopReason } from "../neutral/stop-reason.ts";

/**
 * A vendor's `stop_reason`. Whether tools are to be run is decided by what the answer holds, not by the reason alone:
 * proxies in front of other models get it wrong both ways.
 */
export function decodeStopReason(reason: unknown, calledTools: boolean): StopReason {
  switch (reason) {
    case "max_tokens":
      return "max_tokens";
    case "model_context_window_exceeded":
      return "context_exceeded";
    case "refusal":
      return "refusal";
    case "pause_turn":
      return "pause";
    case "stop_sequence":
      return calledTools ? "tool_calls" : "stop_sequence";
    default:
      return calledTools ? "tool_calls" : "stop";
  }
}

/** What of an answer decides its `stop_reason`, besides the reason itself. */
export interface AnswerShape {
  readonly calledTools: boolean;
  readonly refused: boolean;
}

/** The `stop_reason` a client gets. The protocol has no word for a malformed answer; it reads as a plain end. */
export function encodeStopReason(reason: StopReason, { calledTools, refused }: AnswerShape): string {
  switch (reason) {
    case "max_tokens":
      return "max_tokens";
    case "context_exceeded":
      return "model_context_window_exceeded";
    case "refusal":
    case "content_filter":
      return "refusal";
    case "pause":
      return "pause_turn";
    case "stop":
    case "stop_sequence":
    case "tool_calls":
    case "error":
      if (calledTools) return "tool_use";
      if (refused) return "refusal";
      return reason === "stop_sequence" ? "stop_sequence" : "end_turn";
  }
}

/** The `stop_details` that go with a `stop_reason`: why the model refused, when it did. */
export function encodeStopDetails(stopReason: string, explanation: string): object | null {
  if (stopReason !== "refusal") return null;
  return { type: "refusal", category: null, explanation: explanation === "" ? null : explanation };
}

/** The words of a refusal in a vendor's `stop_details`; undefined when there are none. */
export function readExplanation(details: unknown): string | undefined {
  if (typeof details !== "object" || details === null || !("explanation" in details)) return undefined;
  return typeof details.explanation === "string" && details.explanation !== ""
    ? details.explanation
    : undefined;
}
