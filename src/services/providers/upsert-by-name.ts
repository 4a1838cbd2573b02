import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { CreateProviderInput } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
export async function upsertProviderByName(
  ctx: ServiceContext,
  input: CreateProviderInput,
): Promise<{ readonly created: boolean; readonly provider: ProviderView }> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
