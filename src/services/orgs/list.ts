import { foldName } from "../../storage/columns.ts";
import { requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { getOrg } from "./get.ts";
import type { OrgView } from "./org-view.ts";

const order: ListOrder<OrgView> = { list: "orgs", texts: { name: (org) => foldName(org.name) } };

/** The orgs of a person, the one org of a key or of a file, all of them for the server itself. */
export async function listOrgs(ctx: ServiceContext, input: PageInput): Promise<Page<OrgView>> {
  const { actor } = ctx;
  const { reads } = ctx.storage;
  if (actor.kind === "user")
    return readPage(input, order, (page) => reads.orgs.pageOfUser({ ...page, userId: actor.id }));
  const orgId = actor.kind === "system" ? undefined : actor.orgId;
  if (orgId === undefined) return readPage(input, order, (page) => reads.orgs.page(page));
  requireViewer(ctx, orgId);
  return { data: [await getOrg(ctx, { orgId })], nextCursor: undefined };
}
