import { z } from "zod";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { type ReleaseMode, releaseModels } from "../bindings/release.ts";
import { laterThan } from "../later-than.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { applyFacts } from "./apply-facts.ts";
import { modelFields, modelTarget } from "./model-act.ts";
import { modelFacts } from "./model-facts-schema.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
import { requireModel } from "./require-model.ts";
import { toModelView } from "./to-model-view.ts";

const schema = z.strictObject({ ...modelFacts, orgId: z.string(), modelId: z.string() });

/**
 * Enables, disables or describes a model. Throws `origin_conflict` when a file declares it, `in_use` when it would be disabled
 * while something names it and `mode` says nothing of that.
 */
export async function updateModel(
  ctx: ServiceContext,
  input: ModelFacts & { readonly orgId: string; readonly modelId: string; readonly mode?: ReleaseMode },
): Promise<ModelView> {
  requireAdmin(ctx, input.orgId);
  const { mode = {}, ...rest } = input;
  const { orgId, modelId, ...facts } = parseInput(schema, rest);
  return ctx.storage.change(async (writes) => {
    const { model, provider } = await requireModel(writes, { orgId, modelId });
    requireOrigin(ctx, { what: `model \`${provider.name}/${model.wireId}\``, origin: model.origin });
    requireRevision(ctx, { what: `The model \`${model.wireId}\``, updatedAt: model.updatedAt });
    const next = applyFacts(model, facts);
    if (next === model) return toModelView(ctx, { model, provider });
    if (model.enabled && !next.enabled)
      await releaseModels(ctx, writes, { orgId, models: new Set([modelId]), mode });
    const changed = { ...next, updatedAt: laterThan(model.updatedAt, ctx.now()) };
    await writes.models.put(orgId, changed);
    await recordAct(ctx, writes, {
      ...modelTarget({ model, provider }),
      action: "model.update",
      before: modelFields(model),
      after: modelFields(changed),
    });
    return toModelView(ctx, { model: changed, provider });
  });
}
