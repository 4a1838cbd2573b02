import type { Driver } from "../../drivers/driver.ts";
import type { ProviderHealth, ProviderSchedule } from "../../storage/records/provider-record.ts";
import type { ServiceContext } from "../service-context.ts";
import { nextDoubtAt, nextProbeAt } from "./timing.ts";

type Timed = Pick<ServiceContext, "timing" | "now">;

/** When a provider with this health is probed next. A driver without a protocol has no vendor that could be away. */
export function scheduleProbe(
  ctx: Timed,
  driver: Driver | undefined,
  health: ProviderHealth,
): number | undefined {
  if (driver?.protocols.length === 0) return undefined;
  const doubted = health.status === "available" && health.failures > 0;
  return doubted ? nextDoubtAt(ctx) : nextProbeAt(ctx, health.failures);
}

/** What a new provider waits for. `discover` false: nobody wants its models discovered. */
export function firstSchedule(
  ctx: Timed,
  provider: {
    readonly driver: Driver;
    readonly health: ProviderHealth;
    readonly discover: boolean | undefined;
  },
): ProviderSchedule {
  const { driver, health, discover } = provider;
  const inProcess = driver.protocols.length === 0;
  return {
    nextProbeAt: scheduleProbe(ctx, driver, health),
    nextDiscoveryAt: discover === false || inProcess ? undefined : ctx.now(),
    discoveredAt: undefined,
    reviewedAt: undefined,
  };
}
