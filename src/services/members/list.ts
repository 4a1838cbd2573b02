import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { type MemberView, toMemberView } from "./member-view.ts";
import type { Role } from "./role.ts";

export interface ListMembersInput extends PageInput {
  readonly orgId: string;
  readonly role?: Role | undefined;
  /** Part of the email address. */
  readonly query?: string | undefined;
}

const order: ListOrder<MemberView> = { list: "members", texts: { email: (member) => member.email } };

/** The org's people. */
export async function listMembers(
  ctx: ServiceContext,
  { orgId, role, query, ...input }: ListMembersInput,
): Promise<Page<MemberView>> {
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  return readPage(input, order, async (page) =>
    (await reads.members.page({ ...page, orgId, role, query })).map(toMemberView),
  );
}
