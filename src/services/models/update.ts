import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelFacts } from "./model-input.ts";
import type { ModelView } from "./model-view.ts";
export async function updateModel(
  ctx: ServiceContext,
  input: ModelFacts & { readonly orgId: string; readonly modelId: string },
): Promise<ModelView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
