import type { StopReason } from "../neutral/stop-reason.ts";

/** `finishReason` values that say the answer was withheld. Source: the Gemini API reference, `FinishReason`. */
const filtered: ReadonlySet<unknown> = new Set([
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION",
  "MODEL_ARMOR",
]);

/** Values that say the model produced nothing usable. */
const failed: ReadonlySet<unknown> = new Set([
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MISSING_THOUGHT_SIGNATURE",
  "MALFORMED_RESPONSE",
  "LANGUAGE",
  "OTHER",
  "NO_IMAGE",
  "IMAGE_OTHER",
]);

/** A vendor's `finishReason`; it says `STOP` after calls, so what the answer holds decides. */
export function decodeStopReason(reason: unknown, calledTools: boolean): StopReason {
  if (reason === "MAX_TOKENS") return "max_tokens";
  if (filtered.has(reason)) return "content_filter";
  if (failed.has(reason)) return "error";
  return calledTools ? "tool_calls" : "stop";
}

/** The `finishReason` a client gets. */
export function encodeStopReason(reason: StopReason): string {
  switch (reason) {
    case "max_tokens":
    case "context_exceeded":
      return "MAX_TOKENS";
    case "refusal":
    case "content_filter":
      return "SAFETY";
    case "error":
    // The turn has to be sent back to go on, which this protocol has no word for.
    case "pause":
      return "OTHER";
    case "stop":
    case "stop_sequence":
    case "tool_calls":
      return "STOP";
  }
}
