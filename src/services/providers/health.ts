import type { ProviderHealth } from "../../storage/records/provider-record.ts";
import type { CheckResult } from "./provider-input.ts";

/** What one look at a provider found; `nextHealth` makes a status of it. */
export type Finding = Pick<ProviderHealth, "status" | "reason" | "message" | "checkedAt" | "latencyMs">;

/** What a probe found. */
export function healthOf(result: CheckResult, checkedAt: number): Finding {
  const base = { checkedAt, latencyMs: result.latencyMs };
  switch (result.status) {
    case "valid":
      return { ...base, status: "available", reason: undefined, message: undefined };
    case "unsupported":
      return { ...base, status: "available", reason: "unverifiable", message: result.reason };
    case "rejected":
      return refused(base, `The vendor refused the credential: ${result.reason}.`);
    case "unreachable":
      return unreachable(base, `The vendor could not be reached: ${result.reason}.`);
  }
}

/** Saved without asking the vendor. */
export const notValidated: Finding = {
  status: "pending",
  reason: "not_validated",
  message: "Saved without asking the vendor; not probed yet.",
  checkedAt: undefined,
  latencyMs: undefined,
};

/** Cannot be called as it is configured; `problem` says which field and why. */
export function misconfigured(problem: string, checkedAt: number): Finding {
  return {
    status: "failed",
    reason: "misconfigured",
    message: problem,
    checkedAt,
    latencyMs: undefined,
  };
}

type Look = Pick<Finding, "checkedAt" | "latencyMs">;

export function refused(look: Look, message: string): Finding {
  return { ...look, status: "unavailable", reason: "credential_rejected", message };
}

export function unreachable(look: Look, message: string): Finding {
  return { ...look, status: "unavailable", reason: "unreachable", message };
}
