import { readField, type TopLevel } from "../json/top-level.ts";
import type { Quirks, RelayPlan } from "../protocol.ts";

const untouched: RelayPlan = { edits: [], hideUsageChunk: false };

/**
 * A vendor reports the usage of a stream only when `stream_options.include_usage` says so; the ledger needs it even
 * when the client did not ask.
 */
export function relayPlan(body: Uint8Array, scan: TopLevel, quirks: Quirks): RelayPlan {
  if (quirks.stream_usage === false || readField(body, scan, "stream") !== true) return untouched;
  const range = scan.fields.get("stream_options");
  if (range === undefined) {
    const text = `"stream_options":{"include_usage":true},`;
    return { edits: [{ start: scan.insertAt, end: scan.insertAt, text }], hideUsageChunk: true };
  }
  const options = readField(body, scan, "stream_options");
  if (typeof options === "object" && options !== null && !Array.isArray(options)) {
    if ("include_usage" in options && options.include_usage === true) return untouched;
    const text = JSON.stringify({ ...options, include_usage: true });
    return { edits: [{ ...range, text }], hideUsageChunk: true };
  }
  if (options !== null) return untouched; // Not an object: the vendor says so better than we could.
  return { edits: [{ ...range, text: `{"include_usage":true}` }], hideUsageChunk: true };
}
