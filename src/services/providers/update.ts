import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { UpdateProviderInput } from "./provider-input.ts";
import type { ProviderView } from "./provider-view.ts";
export async function updateProvider(ctx: ServiceContext, input: UpdateProviderInput): Promise<ProviderView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
