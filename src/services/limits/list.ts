import type { LimitSubject } from "../../plane/limit-config.ts";
import type { LimitRecord } from "../../storage/records/limit-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { LimitView } from "./limit-view.ts";
import { toLimitViews } from "./to-limit-view.ts";

export interface ListLimitsInput extends PageInput {
  readonly orgId: string;
  readonly kind?: LimitSubject["kind"] | undefined;
}

const order: ListOrder<LimitRecord> = { list: "limits" };

/** The org's limits, page by page. */
export async function listLimits(ctx: ServiceContext, input: ListLimitsInput): Promise<Page<LimitView>> {
  const { orgId, kind } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const page = await readPage(input, order, (page) => reads.limits.page({ ...page, orgId, kind }));
  return { data: await toLimitViews(reads, page.data), nextCursor: page.nextCursor };
}
