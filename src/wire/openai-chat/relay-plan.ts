import type { Edit } from "../json/edit-body.ts";
import { readField, type TopLevel } from "../json/top-level.ts";
import type { Quirks, RelayPlan } from "../protocol.ts";

/** What a body needs before it is forwarded to another server of this protocol. */
export function relayPlan(body: Uint8Array, scan: TopLevel, quirks: Quirks): RelayPlan {
  const limit = limitEdits(scan, quirks);
  const usage = quirks.stream_usage === false ? noEdits : usageEdits(body, scan);
  if (limit.length === 0 && usage.length === 0) return asItIs;
  return { edits: [...limit, ...usage], hideUsageChunk: usage.length > 0 };
}

const noEdits: readonly Edit[] = [];
const asItIs: RelayPlan = { edits: noEdits, hideUsageChunk: false };

/**
 * A vendor reports the usage of a stream only when `stream_options.include_usage` says so; the ledger needs it even
 * when the client did not ask.
 */
function usageEdits(body: Uint8Array, scan: TopLevel): readonly Edit[] {
  if (readField(body, scan, "stream") !== true) return noEdits;
  const range = scan.fields.get("stream_options");
  if (range === undefined) {
    const text = `"stream_options":{"include_usage":true},`;
    return [{ start: scan.insertAt, end: scan.insertAt, text }];
  }
  const options = readField(body, scan, "stream_options");
  if (options === null) return [{ ...range, text: `{"include_usage":true}` }];
  // Not an object: the vendor says so better than we could.
  if (typeof options !== "object" || Array.isArray(options)) return [];
  if ("include_usage" in options && options.include_usage === true) return [];
  return [{ ...range, text: JSON.stringify({ ...options, include_usage: true }) }];
}

/** Vendors take the answer's limit under one name only; a caller who sent both knows better. */
function limitEdits({ fields }: TopLevel, quirks: Quirks): readonly Edit[] {
  const wanted = quirks.max_tokens_field;
  if (wanted !== "max_tokens" && wanted !== "max_completion_tokens") return noEdits;
  if (fields.has(wanted)) return noEdits;
  const other = fields.get(wanted === "max_tokens" ? "max_completion_tokens" : "max_tokens");
  return other === undefined
    ? noEdits
    : [{ start: other.nameStart, end: other.nameEnd, text: JSON.stringify(wanted) }];
}
