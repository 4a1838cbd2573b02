import { PenstockError } from "../../errors/penstock-error.ts";
import { notFound, requireAdmin, requireRole } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { isMighty, toRole } from "../members/role.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { type InvitationView, toInvitationView } from "./invitation-view.ts";

/**
 * Makes an invitation's link useless; again changes nothing. Only owners revoke those of admins and owners. Throws
 * `conflict` for an accepted one.
 */
export async function revokeInvitation(
  ctx: ServiceContext,
  { orgId, invitationId }: { readonly orgId: string; readonly invitationId: string },
): Promise<InvitationView> {
  requireAdmin(ctx, orgId);
  return ctx.storage.change(async (writes) => {
    const found = await writes.invitations.find({ orgId, id: invitationId });
    if (found === undefined) throw notFound(`invitation ${invitationId}`);
    if (isMighty(toRole(found.role))) requireRole(ctx, { orgId, role: "owner" });
    requireRevision(ctx, { what: `The invitation of ${found.email}`, updatedAt: found.updatedAt });
    if (found.acceptedAt !== undefined) {
      const reason = "The invitation was accepted: remove the member instead.";
      throw new PenstockError("conflict", { fields: { reason } });
    }
    if (found.revokedAt !== undefined) return toInvitationView(found, ctx.now());
    const at = laterThan(found.updatedAt, ctx.now());
    await writes.invitations.close({ id: found.id, how: "revoked", at });
    await recordAct(ctx, writes, {
      orgId,
      action: "invitation.revoke",
      target: { kind: "invitation", id: found.id, name: found.email },
      before: { email: found.email, role: found.role },
    });
    return toInvitationView({ ...found, revokedAt: at, updatedAt: at }, at);
  });
}
