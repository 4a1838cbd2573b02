import type { ProviderHealth, StatusReason } from "../../storage/records/provider-record.ts";
import type { Finding } from "./health.ts";

export interface NextHealthOptions {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many looks in a row found this; 1 unless told. */
  readonly times?: number;
  /** Of a vendor that was there a moment ago, believe only the second failure to reach it. */
  readonly doubting?: boolean;
}

/** The provider's health after a look at it; undefined `before`: it is new. */
export function nextHealth(
  before: ProviderHealth | undefined,
  finding: Finding,
  { at, times = 1, doubting = false }: NextHealthOptions,
): ProviderHealth {
  const failing = finding.status === "unavailable" || finding.status === "failed";
  const failures = failing ? (before?.failures ?? 0) + times : 0;
  const errors = failing
    ? { lastError: finding.message, lastErrorAt: at }
    : { lastError: before?.lastError, lastErrorAt: before?.lastErrorAt };
  const doubtful = doubting && before?.status === "available" && finding.reason === "unreachable";
  if (doubtful && failures < 2) return { ...before, ...errors, failures, checkedAt: finding.checkedAt };
  const same =
    before?.status === finding.status && statedReason(before.reason) === statedReason(finding.reason);
  return { ...finding, ...errors, failures, statusSince: (same ? before?.statusSince : undefined) ?? at };
}

/** Whether a vendor's health could be verified by a probe or only by its answers makes no other status. */
function statedReason(reason: StatusReason | undefined): StatusReason | undefined {
  return reason === "unverifiable" ? undefined : reason;
}
