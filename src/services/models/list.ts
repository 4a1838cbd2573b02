import { PenstockError } from "../../errors/penstock-error.ts";
import type { Page, PageInput } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ModelView } from "./model-view.ts";
export async function listModels(
  ctx: ServiceContext,
  input: PageInput & {
    readonly orgId: string;
    readonly providerId?: string | undefined;
    readonly enabled?: boolean | undefined;
  },
): Promise<Page<ModelView>> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
