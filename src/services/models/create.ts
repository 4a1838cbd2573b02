import { z } from "zod";
import { PenstockError } from "../../errors/penstock-error.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";
import { requireAdmin } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { originOf } from "../origin.ts";
import { parseInput } from "../parse-input.ts";
import { requireProvider } from "../providers/require-provider.ts";
import type { ServiceContext } from "../service-context.ts";
import { applyFacts } from "./apply-facts.ts";
import { guessKind } from "./guess-kind.ts";
import { modelFields, modelTarget } from "./model-act.ts";
import { modelFacts } from "./model-facts-schema.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
import { toModelView } from "./to-model-view.ts";
import { wireIdSchema } from "./wire-id-schema.ts";

const schema = z.strictObject({
  ...modelFacts,
  orgId: z.string(),
  providerId: z.string(),
  wireId: wireIdSchema,
});

/** Adds a model by hand, enabled unless said otherwise. Throws `conflict` when the provider has it already. */
export async function createModel(
  ctx: ServiceContext,
  input: ModelFacts & { readonly orgId: string; readonly providerId: string; readonly wireId: string },
): Promise<ModelView> {
  requireAdmin(ctx, input.orgId);
  const { orgId, providerId, wireId, ...facts } = parseInput(schema, input);
  return ctx.storage.change(async (writes) => {
    const provider = await requireProvider(writes, { orgId, providerId });
    const models = await writes.models.listByProvider(providerId);
    if (models.some((each) => each.wireId === wireId)) {
      const reason = `The provider \`${provider.name}\` has the model \`${wireId}\` already; change that one.`;
      throw new PenstockError("conflict", { fields: { reason } });
    }
    const at = ctx.now();
    const bare: ModelRecord = {
      id: ctx.newId("model"),
      providerId,
      wireId,
      kind: guessKind(wireId),
      displayName: undefined,
      enabled: true,
      favorite: false,
      source: ctx.actor.kind === "file" ? "config" : "manual",
      traits: {},
      contextTokens: undefined,
      lastSeenAt: undefined,
      stale: false,
      origin: originOf(ctx.actor),
      createdAt: at,
      updatedAt: at,
    };
    const model = applyFacts(bare, facts);
    await writes.models.put(orgId, model);
    const act = { ...modelTarget({ model, provider }), after: modelFields(model) };
    await recordAct(ctx, writes, { ...act, action: "model.create" });
    return toModelView(ctx, { model, provider });
  });
}
