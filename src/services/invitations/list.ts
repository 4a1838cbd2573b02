import { requireOrg, requireViewer } from "../access.ts";
import { type ListOrder, type Page, type PageInput, readPage } from "../page.ts";
import type { ServiceContext } from "../service-context.ts";
import { type InvitationView, toInvitationView } from "./invitation-view.ts";

const order: ListOrder<InvitationView> = {
  list: "invitations",
  texts: { email: (invitation) => invitation.email },
};

/** The org's invitations, the oldest first; accepted and revoked ones are left out unless asked for. */
export async function listInvitations(
  ctx: ServiceContext,
  {
    orgId,
    closed = false,
    query,
    ...input
  }: PageInput & {
    readonly orgId: string;
    readonly closed?: boolean | undefined;
    /** Part of the email address. */
    readonly query?: string | undefined;
  },
): Promise<Page<InvitationView>> {
  requireViewer(ctx, orgId);
  const { reads } = ctx.storage;
  await requireOrg(reads, orgId);
  const now = ctx.now();
  return readPage(input, order, async (page) =>
    (await reads.invitations.page({ ...page, orgId, closed, query })).map((record) =>
      toInvitationView(record, now),
    ),
  );
}
