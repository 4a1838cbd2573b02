import { PenstockError } from "../../errors/penstock-error.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
export async function setProviderEnabled(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string; readonly enabled: boolean },
): Promise<ProviderView> {
  throw new PenstockError("internal", { cause: [ctx, input] });
}
