import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { type ReleaseMode, releaseModels } from "../bindings/release.ts";
import { requireOrigin } from "../origin.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { modelFields, modelTarget } from "./model-act.ts";
import { requireModel } from "./require-model.ts";

/** Forgets a model. One that the vendor still lists comes back, disabled, with the next discovery. Throws `in_use` as `updateModel` does. */
export async function removeModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string; readonly mode?: ReleaseMode },
): Promise<void> {
  requireAdmin(ctx, input.orgId);
  await ctx.storage.change(async (writes) => {
    const { model, provider } = await requireModel(writes, input);
    requireOrigin(ctx, { what: `model \`${provider.name}/${model.wireId}\``, origin: model.origin });
    requireRevision(ctx, { what: `The model \`${model.wireId}\``, updatedAt: model.updatedAt });
    const models = new Set([model.id]);
    await releaseModels(ctx, writes, { orgId: input.orgId, models, mode: input.mode ?? {} });
    await writes.models.remove(input.orgId, model.id);
    const act = { ...modelTarget({ model, provider }), before: modelFields(model) };
    await recordAct(ctx, writes, { ...act, action: "model.delete" });
  });
}
