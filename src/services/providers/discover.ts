import type { DiscoveredModel } from "../../drivers/driver.ts";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireAdmin } from "../access.ts";
import { wireIdSchema } from "../models/wire-id-schema.ts";
import type { ServiceContext } from "../service-context.ts";
import { fetchOf, toDriverContext } from "./candidate.ts";
import { changedMeanwhile } from "./changed-meanwhile.ts";
import { loadCandidate } from "./load-candidate.ts";
import { type DiscoveryResult, mergeDiscovered } from "./merge-discovered.ts";
import { recordProviderAct } from "./provider-act.ts";
import { redactError } from "./redact.ts";
import { requireProvider } from "./require-provider.ts";
import { secretsOf } from "./secrets-of.ts";
import { nextDiscoveryAt, nextDiscoveryRetryAt } from "./timing.ts";
import { withAllowedHosts } from "./with-allowed-hosts.ts";
import { withDeadline } from "./with-deadline.ts";

export type { DiscoveryResult } from "./merge-discovered.ts";

const discoveryMs = 20_000;
const maxModels = 5_000;
const failurePrefix = "Discovery failed: ";

/**
 * Asks the vendor for its models and records them: new ones disabled, vanished ones marked. Throws `upstream_*` or
 * `provider_misconfigured`, which then stands on the provider as its last error.
 */
export async function discoverModels(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string; readonly stop?: AbortSignal },
): Promise<DiscoveryResult> {
  requireAdmin(ctx, input.orgId);
  const provider = await requireProvider(ctx.storage.reads, input);
  const found = await ask(ctx, provider, input.stop);
  return ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, input);
    if (current.updatedAt !== provider.updatedAt) throw changedMeanwhile(provider);
    const result = await mergeDiscovered(ctx, writes, { provider: current, found });
    await writes.providers.recordDiscovery(current, succeeded(ctx, current));
    await recordDiscoveryAct(ctx, writes, { provider: current, result });
    return result;
  });
}

async function ask(
  ctx: ServiceContext,
  provider: ProviderRecord,
  stop: AbortSignal | undefined,
): Promise<readonly DiscoveredModel[]> {
  const candidate = await loadCandidate(ctx, ctx.storage.reads, provider);
  const asking = await withAllowedHosts(ctx, provider.orgId);
  try {
    const found = await withDeadline({ ms: discoveryMs, stop }, (signal) =>
      candidate.driver.discover(toDriverContext(candidate), fetchOf(asking, candidate), signal),
    );
    return usable(found);
  } catch (error) {
    if (stop?.aborted) throw new PenstockError("shutting_down");
    const known = redactError(error, secretsOf(candidate));
    await ctx.storage.change((writes) =>
      writes.providers.recordDiscovery(provider, failed(ctx, { provider, error: known })),
    );
    throw known;
  }
}

/** What is found first has been seen: it is what the admin added the provider for. */
function succeeded(ctx: ServiceContext, provider: ProviderRecord) {
  const at = ctx.now();
  const { discoveredAt } = provider.schedule;
  return {
    discoveredAt: at,
    ...(discoveredAt === undefined && { reviewedAt: at }),
    nextDiscoveryAt: isInProcess(ctx, provider) ? undefined : nextDiscoveryAt(ctx),
    ...(provider.health.lastError?.startsWith(failurePrefix) && { error: null }),
  };
}

/** A vendor that cannot be asked for its models is probed at once: its status may be out of date. */
function failed(
  ctx: ServiceContext,
  of: { readonly provider: ProviderRecord; readonly error: PenstockError },
) {
  const { provider, error } = of;
  const at = ctx.now();
  if (isInProcess(ctx, provider)) return { error: { message: failurePrefix + error.message, at } };
  return {
    error: { message: failurePrefix + error.message, at },
    nextDiscoveryAt: nextDiscoveryRetryAt(ctx, provider.health.failures),
    nextProbeAt: at,
  };
}

function isInProcess(ctx: ServiceContext, provider: ProviderRecord): boolean {
  return ctx.drivers.get(provider.driver)?.protocols.length === 0;
}

/** By itself the server tells only of what it changed. */
async function recordDiscoveryAct(
  ctx: ServiceContext,
  writes: Writes,
  { provider, result }: { readonly provider: ProviderRecord; readonly result: DiscoveryResult },
): Promise<void> {
  const { added, gone, enabled, total } = result;
  const changed = added.length + gone.length + enabled.length > 0;
  if (ctx.actor.kind === "system" && !changed) return;
  const after = { added: shortened(added), gone: shortened(gone), enabled, total };
  await recordProviderAct(ctx, writes, { action: "provider.discover", provider, after });
}

function shortened(ids: readonly string[]): readonly string[] {
  return ids.length <= 50 ? ids : [...ids.slice(0, 50), `and ${ids.length - 50} more`];
}

/** Each id once; what could not be a model's id or name is a vendor's mistake and is passed over. */
function usable(found: readonly DiscoveredModel[]): readonly DiscoveredModel[] {
  const unique = new Map(found.map((model) => [model.id, model]));
  return [...unique.values()]
    .filter((model) => wireIdSchema.safeParse(model.id).success)
    .slice(0, maxModels)
    .map(({ displayName, ...model }) => {
      const name = displayName
        ?.replace(/\p{Cc}/gu, " ")
        .trim()
        .slice(0, 200);
      return name === undefined || name === "" ? model : { ...model, displayName: name };
    });
}
