import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import type { ServiceContext } from "../service-context.ts";
import { type Finding, healthOf, misconfigured } from "./health.ts";
import { loadCandidate } from "./load-candidate.ts";
import { logStatusChange } from "./log-status-change.ts";
import { nextHealth } from "./next-health.ts";
import { scheduleProbe } from "./next-schedule.ts";
import type { CheckResult } from "./provider-input.ts";
import { requireProvider } from "./require-provider.ts";
import { runCheck } from "./run-check.ts";
import { withAllowedHosts } from "./with-allowed-hosts.ts";

export interface RunProbeInput {
  readonly orgId: string;
  readonly providerId: string;
  /** Ends it early; nothing is recorded then. */
  readonly stop?: AbortSignal;
  /** Believe only the second failure to reach a vendor that was there. */
  readonly doubting?: boolean;
  /** Runs in the transaction that records the outcome. */
  readonly record?: (writes: Writes, provider: ProviderRecord) => Promise<void>;
}

/** Asks a saved provider's vendor and records the answer as its health. Throws `provider_misconfigured` after recording that. */
export async function runProbe(ctx: ServiceContext, input: RunProbeInput): Promise<CheckResult> {
  const provider = await requireProvider(ctx.storage.reads, input);
  const look = await lookAt(ctx, provider, input.stop);
  const changed = await ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, input);
    // What was learned is about a configuration that is no more.
    if (current.updatedAt !== provider.updatedAt) return undefined;
    const at = ctx.now();
    const health = nextHealth(current.health, look.finding, { at, doubting: input.doubting === true });
    const driver = ctx.drivers.get(current.driver);
    await writes.providers.recordHealth(current, {
      health,
      nextProbeAt: scheduleProbe(ctx, driver, health),
    });
    await input.record?.(writes, { ...current, health });
    return { current, health };
  });
  if (changed !== undefined) logStatusChange(ctx, changed.current, changed.health);
  if (look.result === undefined) throw look.error;
  return look.result;
}

type LookedAt =
  | { readonly finding: Finding; readonly result: CheckResult }
  | { readonly finding: Finding; readonly result: undefined; readonly error: PenstockError };

async function lookAt(
  ctx: ServiceContext,
  provider: ProviderRecord,
  stop: AbortSignal | undefined,
): Promise<LookedAt> {
  try {
    const candidate = await loadCandidate(ctx, ctx.storage.reads, provider);
    const asking = await withAllowedHosts(ctx, provider.orgId);
    const result = await runCheck(asking, candidate, stop);
    return { finding: healthOf(result, ctx.now()), result };
  } catch (error) {
    if (!(error instanceof PenstockError) || error.code !== "provider_misconfigured") throw error;
    const problem = String(error.fields.reason ?? error.message);
    return { finding: misconfigured(problem, ctx.now()), result: undefined, error };
  }
}
