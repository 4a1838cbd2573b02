import type { PriceRecord } from "../../storage/records/price-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { type PriceView, toPriceViews } from "./price-view.ts";

export interface ListPricesInput extends PageInput {
  readonly orgId: string;
  /** Only those for this provider alone. */
  readonly providerId?: string | undefined;
}

const order: ListOrder<PriceRecord> = { list: "prices", texts: { model: ({ model }) => model } };

/** The org's own prices, page by page. */
export async function listPrices(ctx: ServiceContext, input: ListPricesInput): Promise<Page<PriceView>> {
  const { orgId, providerId } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, order, (page) => reads.prices.page({ ...page, orgId, providerId }));
  return { data: await toPriceViews(reads, page.data, ctx.now()), nextCursor: page.nextCursor };
}
