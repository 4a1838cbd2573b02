import type { ProviderBody } from "../../api/schemas/provider.ts";

/** The status with its reason where that says more, e.g. `unavailable (unreachable)`. */
export function formatStatus(
  provider: Pick<ProviderBody, "enabled" | "status" | "status_reason" | "failures">,
): string {
  const { enabled, status, status_reason: reason, failures } = provider;
  if (!enabled) return `disabled, was ${status}`;
  if (status === "available") return failures > 0 ? "available (in doubt)" : status;
  return reason === null ? status : `${status} (${reason})`;
}
