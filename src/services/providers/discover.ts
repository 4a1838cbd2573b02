import type { DiscoveredModel } from "../../drivers/driver.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { requireAdmin } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { toDriverContext } from "./candidate.ts";
import { loadCandidate } from "./load-candidate.ts";
import { type DiscoveryResult, mergeDiscovered } from "./merge-discovered.ts";
import { redactError } from "./redact.ts";
import { requireProvider } from "./require-provider.ts";
import { withDeadline } from "./with-deadline.ts";

export type { DiscoveryResult } from "./merge-discovered.ts";

const discoveryMs = 20_000;
const maxModels = 5_000;

/**
 * Asks the vendor for its models and records them: new ones disabled, vanished ones marked. Throws `upstream_*` or
 * `provider_misconfigured`, which then stands on the provider as its last error.
 */
export async function discoverModels(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<DiscoveryResult> {
  requireAdmin(ctx, input.orgId);
  const provider = await requireProvider(ctx.storage.reads, input);
  const found = await ask(ctx, provider);
  return ctx.storage.change(async (writes) => {
    const current = await requireProvider(writes, input);
    if (current.health.lastError !== undefined) await writes.providers.recordError(current, undefined);
    return mergeDiscovered(ctx, writes, { provider: current, found });
  });
}

async function ask(ctx: ServiceContext, provider: ProviderRecord): Promise<readonly DiscoveredModel[]> {
  const candidate = await loadCandidate(ctx, ctx.storage.reads, provider);
  try {
    const found = await withDeadline(discoveryMs, (signal) =>
      candidate.driver.discover(toDriverContext(candidate), ctx.driverFetch, signal),
    );
    return unique(found).slice(0, maxModels);
  } catch (error) {
    const known = redactError(error, candidate.credential);
    await ctx.storage.change((writes) =>
      writes.providers.recordError(provider, `Discovery failed: ${known.message}`),
    );
    throw known;
  }
}

function unique(found: readonly DiscoveredModel[]): readonly DiscoveredModel[] {
  return [...new Map(found.map((model) => [model.id, model])).values()];
}
