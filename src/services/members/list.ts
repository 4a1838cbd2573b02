import { requireOrg, requireViewer } from "../access.ts";
import { type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { type MemberView, toMemberView } from "./member-view.ts";

/** The org's people, by their ids. */
export async function listMembers(
  ctx: ServiceContext,
  { orgId, ...input }: PageInput & { readonly orgId: string },
): Promise<Page<MemberView>> {
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  return readPage(input, async (page) => (await reads.members.page({ ...page, orgId })).map(toMemberView));
}
