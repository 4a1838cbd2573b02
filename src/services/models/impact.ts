import { requireViewer } from "../access.ts";
import { type AffectedBinding, affectedBindings } from "../bindings/impact.ts";
import { requireSuccessor } from "../bindings/rebind.ts";
import type { ServiceContext } from "../service-context.ts";
import { compareModels, type ModelComparison } from "./compare.ts";
import type { ModelView } from "./model-view.ts";
import { requireModel } from "./require-model.ts";
import { siblingsOf } from "./siblings.ts";

/** What hangs on a model, before it is disabled, removed or replaced. */
export interface ModelImpact {
  readonly bindings: readonly AffectedBinding[];
  readonly recentUse: RecentUse;
  /** The same model elsewhere. */
  readonly siblings: readonly ModelView[];
  /** Against the model that is to take its place; undefined when none was named. */
  readonly comparison: ModelComparison | undefined;
}

export interface RecentUse {
  /** Requests of the last 24 hours. */
  readonly requests: number;
  /** Keys that sent them. */
  readonly keys: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number | undefined;
}

export const recentMs = 24 * 3_600_000;

/** Says what disabling, removing or replacing a model would do. `to`: the model that would take its place. */
export async function modelImpact(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string; readonly to?: string | undefined },
): Promise<ModelImpact> {
  requireViewer(ctx, input.orgId);
  const { orgId } = input;
  const found = await ctx.storage.consistently(async (reads) => {
    const served = await requireModel(reads, input);
    const models = new Set([served.model.id]);
    const to =
      input.to === undefined
        ? undefined
        : await requireSuccessor(reads, { orgId, id: input.to, gone: models });
    return {
      served,
      bindings: await affectedBindings(reads, { orgId, models }),
      siblings: await siblingsOf(ctx, reads, input),
      comparison: to && compareModels(ctx, served, to),
    };
  });
  const { served, ...rest } = found;
  const { model } = served;
  const use = { orgId, providerId: model.providerId, wireModel: model.wireId, since: ctx.now() - recentMs };
  return { ...rest, recentUse: await ctx.storage.ledger.recentUse(use) };
}
