import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ReleaseMode } from "../bindings/release.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { providerTarget, readProviderFields } from "./provider-act.ts";
import { releaseProvider } from "./release-provider.ts";
import { requireProvider } from "./require-provider.ts";

/** Removes the provider with its secrets and its models; its ledger rows stay. Throws `in_use` as `disableProvider` does. */
export async function removeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string; readonly mode?: ReleaseMode },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, input);
    requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
    requireRevision(ctx, { what: `The provider \`${provider.name}\``, updatedAt: provider.updatedAt });
    const before = await readProviderFields(writes, provider);
    await releaseProvider(ctx, writes, { provider, mode: input.mode });
    await writes.limits.removeBySubject(provider.orgId, { kind: "provider", id: provider.id });
    await writes.prices.removeOfProvider({ orgId: provider.orgId, providerId: provider.id }, ctx.now());
    await writes.providers.remove(provider);
    await recordAct(ctx, writes, { ...providerTarget(provider), action: "provider.delete", before });
  });
}
