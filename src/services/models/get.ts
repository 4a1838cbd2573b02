import { requireViewer } from "../access.ts";
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
  return toModelView(ctx, { model, provider });
}
