import { foldName } from "../../storage/columns.ts";
import type { ProviderRecord } from "../../storage/records/provider-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { ProviderView } from "./provider-view.ts";
import { toProviderViews } from "./to-provider-view.ts";

export interface ListProvidersInput extends PageInput {
  readonly orgId: string;
  readonly driver?: string | undefined;
  readonly status?: ProviderRecord["health"]["status"] | undefined;
  readonly enabled?: boolean | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

const order: ListOrder<ProviderRecord> = {
  list: "providers",
  texts: { name: (provider) => foldName(provider.name) },
  numbers: { priority: (provider) => provider.priority },
};

/** The org's providers. */
export async function listProviders(
  ctx: ServiceContext,
  input: ListProvidersInput,
): Promise<Page<ProviderView>> {
  const { orgId, driver, status, enabled, query } = input;
  requireViewer(ctx, input.orgId);
  return ctx.storage.consistently(async (reads) => {
    await requireOrg(reads, input.orgId);
    const page = await readPage(input, order, (page) =>
      reads.providers.page({ ...page, orgId, driver, status, enabled, query }),
    );
    const data = await toProviderViews(ctx, { reads, providers: page.data });
    return { data, nextCursor: page.nextCursor };
  });
}
