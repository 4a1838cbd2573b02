import type { ErrorCode } from "../../errors/error-table.ts";
import type { PenstockError } from "../../errors/penstock-error.ts";

/**
 * What may help after a failure: the same target `again`; only another one (`elsewhere`); only one with a `larger` context;
 * `nothing`, since every target would be told the same.
 */
export type Remedy = "again" | "elsewhere" | "larger" | "nothing";

const remedies: Partial<Record<ErrorCode, Remedy>> = {
  upstream_rate_limited: "again",
  upstream_overloaded: "again",
  upstream_error: "again",
  upstream_unreachable: "again",
  upstream_timeout: "again",
  upstream_truncated: "again",
  upstream_malformed: "again",
  upstream_quota_exhausted: "elsewhere",
  upstream_credential_rejected: "elsewhere",
  provider_misconfigured: "elsewhere",
  host_not_allowed: "elsewhere",
  provider_limited: "elsewhere",
  // What is left of a budget may do for a cheaper model.
  budget_exceeded: "elsewhere",
  model_unpriced: "elsewhere",
  operation_unsupported: "elsewhere",
  targets_cooling: "elsewhere",
  upstream_context_exceeded: "larger",
};

/** Statuses of a vendor's refusal that speak of the model, not of the request: it is gone, or not this account's. */
const modelGone = 404;

/** What may help after this failure. */
export function remedyFor({ code, status }: PenstockError): Remedy {
  if (code === "upstream_rejected") return status === modelGone ? "elsewhere" : "nothing";
  return remedies[code] ?? "nothing";
}

const vendorFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "upstream_error",
  "upstream_overloaded",
  "upstream_unreachable",
  "upstream_timeout",
  "upstream_truncated",
  "upstream_malformed",
]);

/** Whether a failure says that the vendor is not well; limits, refusals and what we refuse ourselves do not. */
export function isVendorFault({ code }: PenstockError): boolean {
  return vendorFaults.has(code);
}
