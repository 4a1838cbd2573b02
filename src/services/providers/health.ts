import type { ProviderHealth } from "../../storage/records/provider-record.ts";
import type { CheckResult } from "./provider-input.ts";

/** The status after a probe. */
export function healthOf(result: CheckResult, checkedAt: number): ProviderHealth {
  const base = { checkedAt, latencyMs: result.latencyMs, lastError: undefined };
  switch (result.status) {
    case "valid":
      return { ...base, status: "available", reason: undefined, message: undefined };
    case "unsupported":
      return { ...base, status: "available", reason: "unverifiable", message: result.reason };
    case "rejected":
      return failing(base, "credential_rejected", `The vendor refused the credential: ${result.reason}.`);
    case "unreachable":
      return failing(base, "unreachable", `The vendor could not be reached: ${result.reason}.`);
  }
}

/** Saved without asking the vendor. */
export const notValidated: ProviderHealth = {
  status: "pending",
  reason: "not_validated",
  message: "Saved without asking the vendor; not probed yet.",
  checkedAt: undefined,
  latencyMs: undefined,
  lastError: undefined,
};

/** Cannot be called as it is configured; `problem` says which field and why. */
export function misconfigured(problem: string, checkedAt: number): ProviderHealth {
  return {
    status: "failed",
    reason: "misconfigured",
    message: problem,
    checkedAt,
    latencyMs: undefined,
    lastError: problem,
  };
}

function failing(
  base: Pick<ProviderHealth, "checkedAt" | "latencyMs">,
  reason: "credential_rejected" | "unreachable",
  message: string,
): ProviderHealth {
  return { ...base, status: "unavailable", reason, message, lastError: message };
}
