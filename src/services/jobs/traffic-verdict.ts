import type { UsageRecord } from "../../plane/usage-record.ts";

/** What a call tells of its provider's vendor. */
export type TrafficVerdict = "answered" | "refused" | "unreachable";

/**
 * Undefined: nothing. A vendor's 403 may be about one model, its slowness about one question, and its 4xx about the
 * request, so that only what is certain counts.
 */
export function verdictOf(record: UsageRecord): TrafficVerdict | undefined {
  if (record.providerId === undefined || record.protocol === "in-process") return undefined;
  if (record.outcome === "completed") return "answered";
  if (record.outcome !== "failed") return undefined;
  if (record.errorCode === "upstream_unreachable") return "unreachable";
  return record.errorCode === "upstream_credential_rejected" && record.status !== 403 ? "refused" : undefined;
}
