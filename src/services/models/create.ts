import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
/** Enabled unless said otherwise. */
export async function createModel(
  ctx: ServiceContext,
  input: ModelFacts & { readonly orgId: string; readonly providerId: string; readonly wireId: string },
): Promise<ModelView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
