import type { ServiceContext } from "../service-context.ts";

/** How often vendors are asked by themselves. */
export interface ProviderTiming {
  /** Milliseconds between two probes of a provider that works; 0: none in the background. */
  readonly probeMs: number;
  /** Milliseconds between two discoveries; 0: none in the background. */
  readonly discoveryMs: number;
  /** 0 to 1, so that replicas and providers do not keep step. */
  readonly random: () => number;
}

export const defaultTiming: ProviderTiming = {
  probeMs: 60_000,
  discoveryMs: 24 * 3_600_000,
  random: Math.random,
};

const longestProbeDelayMs = 15 * 60_000;
const firstDiscoveryRetryMs = 5 * 60_000;

type Timed = Pick<ServiceContext, "timing" | "now">;

export function timingOf(ctx: Pick<ServiceContext, "timing">): ProviderTiming {
  return ctx.timing ?? defaultTiming;
}

/**
 * When a provider that has failed so often in a row is probed next: ever later, but within a quarter of an hour. The second
 * failure only confirms the first.
 */
export function nextProbeAt(ctx: Timed, failures: number): number {
  const timing = timingOf(ctx);
  const period = timing.probeMs || defaultTiming.probeMs;
  const longest = Math.max(period, longestProbeDelayMs);
  return spread(ctx, Math.min(longest, period * 2 ** Math.min(Math.max(0, failures - 2), 20)));
}

/** When a first failure is looked at again before it counts. */
export function nextDoubtAt(ctx: Timed): number {
  const { probeMs } = timingOf(ctx);
  return ctx.now() + Math.min(5_000, Math.round((probeMs || defaultTiming.probeMs) / 4));
}

export function nextDiscoveryAt(ctx: Timed): number {
  const { discoveryMs } = timingOf(ctx);
  return spread(ctx, discoveryMs || defaultTiming.discoveryMs);
}

/** After a discovery that failed: sooner than the next one would be, the less so the more probes failed, too. */
export function nextDiscoveryRetryAt(ctx: Timed, failures: number): number {
  const { discoveryMs } = timingOf(ctx);
  const longest = discoveryMs || defaultTiming.discoveryMs;
  return spread(ctx, Math.min(longest, firstDiscoveryRetryMs * 2 ** Math.min(failures, 10)));
}

/** Up to a tenth sooner or later. */
function spread(ctx: Timed, ms: number): number {
  return ctx.now() + Math.round(ms * (0.9 + 0.2 * timingOf(ctx).random()));
}
