import { requireViewer } from "../access.ts";
import { withOwnPrices } from "../prices/with-own-prices.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelView } from "./model-view.ts";
import { requireModel } from "./require-model.ts";
import { toModelView } from "./to-model-view.ts";

export async function getModel(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly modelId: string },
): Promise<ModelView> {
  requireViewer(ctx, input.orgId);
  const { model, provider } = await requireModel(ctx.storage.reads, input);
  const view = toModelView(ctx, { model, provider });
  const [priced = view] = await withOwnPrices(ctx, ctx.storage.reads, { orgId: input.orgId, models: [view] });
  return priced;
}
