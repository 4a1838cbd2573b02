import { requireAdmin } from "../access.ts";
import { requireOrigin } from "../origin.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireModel } from "./require-model.ts";

/** Forgets a model. One that the vendor still lists comes back, disabled, with the next discovery. */
export async function removeModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const { model, provider } = await requireModel(writes, input);
    requireOrigin(ctx, { what: `model \`${provider.name}/${model.wireId}\``, origin: model.origin });
    await writes.models.remove(input.orgId, model.id);
  });
}
