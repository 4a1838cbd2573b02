import { requireOrg, requireViewer } from "../access.ts";
import { type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
import { toProviderViews } from "./to-provider-view.ts";

export async function listProviders(
  ctx: ServiceContext,
  input: PageInput & { readonly orgId: string },
): Promise<Page<ProviderView>> {
  requireViewer(ctx, input.orgId);
  return ctx.storage.consistently(async (reads) => {
    await requireOrg(reads, input.orgId);
    const page = await readPage(input, (query) => reads.providers.page(input.orgId, query));
    const data = await toProviderViews(ctx, { reads, providers: page.data });
    return { data, nextCursor: page.nextCursor };
  });
}
