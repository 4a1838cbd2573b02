import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
import { updateProvider } from "./update.ts";

/** Takes a provider out of service or puts it back, without asking its vendor. */
export function setProviderEnabled(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string; readonly enabled: boolean },
): Promise<ProviderView> {
  const { orgId, providerId, enabled } = input;
  return updateProvider(ctx, { orgId, providerId, enabled });
}
