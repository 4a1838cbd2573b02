import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { type ReleaseMode, releaseModels } from "../bindings/release.ts";
import { requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";
import { providerTarget, readProviderFields } from "./provider-act.ts";
import { requireProvider } from "./require-provider.ts";

/** Removes the provider with its secrets and its models; its ledger rows stay. */
export async function removeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string; readonly mode?: ReleaseMode },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, input);
    requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
    const before = await readProviderFields(writes, provider);
    const enabled = (await writes.models.listByProvider(provider.id)).filter((model) => model.enabled);
    const models = new Set(enabled.map((model) => model.id));
    await releaseModels(ctx, writes, { orgId: provider.orgId, models, mode: input.mode ?? {} });
    await writes.providers.remove(provider);
    await recordAct(ctx, writes, { ...providerTarget(provider), action: "provider.delete", before });
  });
}
