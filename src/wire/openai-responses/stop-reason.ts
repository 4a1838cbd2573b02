import type { StopReason } from "../neutral/stop-reason.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** What the answer holds: the protocol has no reason of its own for tool calls and refusals. */
export interface EmittedParts {
  readonly toolCall: boolean;
  readonly refusal: boolean;
}

/** `status` and `incomplete_details` of a response in the neutral words. */
export function decodeStopReason(response: JsonObject, emitted: EmittedParts): StopReason {
  if (response.status === "incomplete") {
    const details = response.incomplete_details;
    return isObject(details) && details.reason === "content_filter" ? "content_filter" : "max_tokens";
  }
  if (emitted.toolCall) return "tool_calls";
  return emitted.refusal ? "refusal" : "stop";
}

/** How a response ends, as a client reads it. */
export interface Ending {
  readonly status: "completed" | "incomplete" | "failed";
  readonly incomplete: "max_output_tokens" | "content_filter" | null;
}

/** A refusal in words is a completed answer; one without words is the filter's. */
export function encodeStopReason(reason: StopReason, emitted: EmittedParts): Ending {
  switch (reason) {
    case "max_tokens":
    case "context_exceeded":
      return { status: "incomplete", incomplete: "max_output_tokens" };
    case "content_filter":
      return { status: "incomplete", incomplete: "content_filter" };
    case "refusal":
      return emitted.refusal
        ? { status: "completed", incomplete: null }
        : { status: "incomplete", incomplete: "content_filter" };
    case "error":
      return { status: "failed", incomplete: null };
    case "stop":
    case "stop_sequence":
    case "tool_calls":
    case "pause":
      return { status: "completed", incomplete: null };
  }
}
