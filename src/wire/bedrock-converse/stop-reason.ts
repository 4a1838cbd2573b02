import type { StopReason } from "../neutral/stop-reason.ts";
import { isObject } from "../read-json.ts";

/** A vendor's `stopReason`. Whether tools are to be run is decided by what the answer holds, not by the reason alone. */
export function decodeStopReason(reason: unknown, calledTools: boolean): StopReason {
  switch (reason) {
    case "max_tokens":
      return "max_tokens";
    case "model_context_window_exceeded":
      return "context_exceeded";
    case "guardrail_intervened":
    case "content_filtered":
      return "content_filter";
    case "malformed_model_output":
    case "malformed_tool_use":
      return "error";
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

/** The `stopReason` a client gets. The API has no word for a refusal or a pause; `content_filtered` is the nearest. */
export function encodeStopReason(reason: StopReason, calledTools: boolean): string {
  switch (reason) {
    case "max_tokens":
      return "max_tokens";
    case "context_exceeded":
      return "model_context_window_exceeded";
    case "content_filter":
    case "refusal":
      return "content_filtered";
    case "error":
      return "malformed_model_output";
    default:
      if (calledTools) return "tool_use";
      return reason === "stop_sequence" ? "stop_sequence" : "end_turn";
  }
}

/**
 * The sequence that stopped a Messages model, in `additionalModelResponseFields`: at the root of a whole answer, under
 * `delta` in a stream, as the request asked for it.
 */
export function readStopSequence(fields: unknown): string | undefined {
  if (!isObject(fields)) return undefined;
  const holder = isObject(fields.delta) ? fields.delta : fields;
  return typeof holder.stop_sequence === "string" ? holder.stop_sequence : undefined;
}
