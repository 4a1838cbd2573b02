import type { RouteStrategy } from "../../plane/route-config.ts";
import { foldName } from "../../storage/columns.ts";
import type { RouteRecord } from "../../storage/records/route-record.ts";
import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import type { RouteView } from "./route-view.ts";
import { toRouteViews } from "./to-route-view.ts";

export interface ListRoutesInput extends PageInput {
  readonly orgId: string;
  readonly strategy?: RouteStrategy | undefined;
  /** Only those that have this model (id) among their targets. */
  readonly modelId?: string | undefined;
  /** Part of the name. */
  readonly query?: string | undefined;
}

const order: ListOrder<RouteRecord> = { list: "routes", texts: { name: (route) => foldName(route.name) } };

/** The org's routes, page by page. */
export async function listRoutes(ctx: ServiceContext, input: ListRoutesInput): Promise<Page<RouteView>> {
  const { orgId, strategy, modelId, query } = input;
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const filter = { orgId, strategy, modelId, query };
  const page = await readPage(input, order, (page) => reads.routes.page({ ...page, ...filter }));
  return { data: await toRouteViews(reads, { orgId, routes: page.data }), nextCursor: page.nextCursor };
}
