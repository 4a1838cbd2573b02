import { requireViewer } from "../access.ts";
import { type AffectedBinding, affectedBindings } from "../bindings/impact.ts";
import { type RecentUse, recentMs } from "../models/impact.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireProvider } from "./require-provider.ts";

/** What hangs on a provider, before it is disabled or removed. */
export interface ProviderImpact {
  readonly models: { readonly total: number; readonly enabled: number };
  readonly bindings: readonly AffectedBinding[];
  readonly recentUse: RecentUse;
}

/** Says what disabling or removing a provider would do. */
export async function providerImpact(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<ProviderImpact> {
  requireViewer(ctx, input.orgId);
  const { orgId, providerId } = input;
  const found = await ctx.storage.consistently(async (reads) => {
    await requireProvider(reads, input);
    const models = await reads.models.listByProvider(providerId);
    const enabled = models.filter((model) => model.enabled);
    const ids = new Set(enabled.map((model) => model.id));
    return {
      models: { total: models.length, enabled: enabled.length },
      bindings: await affectedBindings(reads, { orgId, models: ids }),
    };
  });
  const use = { orgId, providerId, wireModel: undefined, since: ctx.now() - recentMs };
  return { ...found, recentUse: await ctx.storage.ledger.recentUse(use) };
}
