import { requireAdmin } from "../access.ts";
import { requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireProvider } from "./require-provider.ts";

/** Removes the provider with its credential and its models; its ledger rows stay. */
export async function removeProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, input);
    requireOrigin(ctx, { what: `provider \`${provider.name}\``, origin: provider.origin });
    await writes.providers.remove(provider);
  });
}
