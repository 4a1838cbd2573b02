import type { StopReason } from "../neutral/stop-reason.ts";

/** A vendor's `done_reason`; it says `stop` after calls, too, and old versions say nothing. */
export function decodeStopReason(reason: unknown, calledTools: boolean): StopReason {
  if (reason === "length") return "max_tokens";
  return calledTools ? "tool_calls" : "stop";
}

/** The `done_reason` a client gets: the protocol has two. */
export function encodeStopReason(reason: StopReason): "stop" | "length" {
  return reason === "max_tokens" || reason === "context_exceeded" ? "length" : "stop";
}
