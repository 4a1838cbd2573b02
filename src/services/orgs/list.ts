import { ownOrgOf } from "../access.ts";
import { type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { getOrg } from "./get.ts";
import type { OrgView } from "./org-view.ts";

/** Every org the actor may administer. */
export async function listOrgs(ctx: ServiceContext, input: PageInput): Promise<Page<OrgView>> {
  const orgId = ownOrgOf(ctx);
  if (orgId !== undefined) return { data: [await getOrg(ctx, { orgId })], nextCursor: undefined };
  return readPage(input, (page) => ctx.storage.reads.orgs.page(page));
}
