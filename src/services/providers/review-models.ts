import { requireAdmin } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import { recordProviderAct } from "./provider-act.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireProvider } from "./require-provider.ts";
import { toProviderView } from "./to-provider-view.ts";

/** Takes note that an admin has seen the models discovered so far: none of them counts as new any more. */
export async function reviewModels(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<ProviderView> {
  requireAdmin(ctx, input.orgId);
  return ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, input);
    const counts = await writes.models.countByProviders([provider.id]);
    const reviewed = counts.get(provider.id)?.new ?? 0;
    await writes.providers.recordDiscovery(provider, { reviewedAt: ctx.now() });
    if (reviewed > 0) {
      await recordProviderAct(ctx, writes, { action: "provider.review", provider, after: { reviewed } });
    }
    return toProviderView(ctx, writes, await requireProvider(writes, input));
  });
}
