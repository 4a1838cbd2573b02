import { z } from "zod";
import { requireAdmin } from "../access.ts";
import { requireOrigin } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { applyFacts } from "./apply-facts.ts";
import { modelFacts } from "./model-facts-schema.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
import { requireModel } from "./require-model.ts";
import { toModelView } from "./to-model-view.ts";

const schema = z.strictObject({ ...modelFacts, orgId: z.string(), modelId: z.string() });

/** Enables, disables or describes a model. Throws `origin_conflict` when a file declares it. */
export async function updateModel(
  ctx: ServiceContext,
  input: ModelFacts & { readonly orgId: string; readonly modelId: string },
): Promise<ModelView> {
  requireAdmin(ctx, input.orgId);
  const { orgId, modelId, ...facts } = parseInput(schema, input);
  return ctx.storage.change(async (writes) => {
    const { model, provider } = await requireModel(writes, { orgId, modelId });
    requireOrigin(ctx, { what: `model \`${provider.name}/${model.wireId}\``, origin: model.origin });
    const next = applyFacts(model, facts);
    if (next === model) return toModelView(ctx, { model, provider });
    const changed = { ...next, updatedAt: ctx.now() };
    await writes.models.put(orgId, changed);
    return toModelView(ctx, { model: changed, provider });
  });
}
