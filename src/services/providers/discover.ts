import type { DiscoveredModel } from "../../drivers/driver.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { requireAdmin } from "../access.ts";
import { wireIdSchema } from "../models/wire-id-schema.ts";
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
    return usable(found);
  } catch (error) {
    const known = redactError(error, candidate.credential);
    await ctx.storage.change((writes) =>
      writes.providers.recordError(provider, `Discovery failed: ${known.message}`),
    );
    throw known;
  }
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
