import type { ProviderHealth, ProviderRecord } from "../../storage/records/provider-record.ts";
import { type Finding, refused, unreachable } from "../providers/health.ts";
import { logStatusChange } from "../providers/log-status-change.ts";
import { nextHealth } from "../providers/next-health.ts";
import { scheduleProbe } from "../providers/next-schedule.ts";
import type { ServiceContext } from "../service-context.ts";
import type { Sighting } from "./sighting.ts";

/** Writes what calls have told of their providers, in one transaction. */
export async function recordTraffic(ctx: ServiceContext, sightings: readonly Sighting[]): Promise<void> {
  const changes = await ctx.storage.change(async (writes) => {
    const written: { provider: ProviderRecord; health: ProviderHealth }[] = [];
    for (const seen of sightings) {
      const provider = await writes.providers.find({ orgId: seen.orgId, id: seen.providerId });
      if (provider === undefined || !tells(seen, provider)) continue;
      const at = ctx.now();
      const known = provider.health.status === "unavailable" && seen.verdict !== "answered";
      const finding = toFinding(seen, { checkedAt: at, latencyMs: provider.health.latencyMs });
      // What is known to be down is no more so by every call that finds it: the next probe must not be put off.
      const health = known
        ? { ...provider.health, checkedAt: at, lastError: finding.message, lastErrorAt: at }
        : nextHealth(provider.health, finding, { at, times: seen.times, doubting: true });
      const driver = ctx.drivers.get(provider.driver);
      const nextProbeAt = known ? provider.schedule.nextProbeAt : scheduleProbe(ctx, driver, health);
      await writes.providers.recordHealth(provider, { health, nextProbeAt });
      written.push({ provider, health });
    }
    return written;
  });
  for (const { provider, health } of changes) logStatusChange(ctx, provider, health);
}

/** A call that began before the provider was changed, or before its status was, is about what was. */
function tells(seen: Sighting, { updatedAt, health }: ProviderRecord): boolean {
  if (health.status === "failed") return false;
  return seen.startedAt >= Math.max(updatedAt, health.statusSince ?? 0);
}

function toFinding(seen: Sighting, look: Pick<Finding, "checkedAt" | "latencyMs">): Finding {
  switch (seen.verdict) {
    case "answered":
      return { ...look, status: "available", reason: undefined, message: undefined };
    case "refused":
      return refused(look, "The vendor refused the credential of a call.");
    case "unreachable":
      return unreachable(look, "A call could not reach the vendor.");
  }
}
