import type { ProviderHealth, ProviderRecord } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";

/** Tells the operator of a provider that came or went. */
export function logStatusChange(
  ctx: Pick<ServiceContext, "log">,
  before: ProviderRecord,
  health: ProviderHealth,
): void {
  if (before.health.status === health.status) return;
  const { status, reason } = health;
  ctx.log({
    level: status === "available" ? "info" : "warn",
    event: "provider_status",
    fields: { provider: before.name, org: before.orgId, from: before.health.status, to: status, reason },
  });
}
