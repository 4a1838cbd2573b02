import { requireViewer } from "../access.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
import { requireProvider } from "./require-provider.ts";
import { toProviderView } from "./to-provider-view.ts";

export async function getProvider(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly providerId: string },
): Promise<ProviderView> {
  requireViewer(ctx, input.orgId);
  const { reads } = ctx.storage;
  return toProviderView(ctx, reads, await requireProvider(reads, input));
}
