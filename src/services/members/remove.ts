import { requireAdmin, requireRole, requireViewer } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { removeUserConnections } from "../connections/remove-user-connections.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireMember, requireOtherOwner } from "./require-member.ts";
import { isMighty } from "./role.ts";

/**
 * Takes somebody out of the org: their sessions have lost it with their next request. Everybody may leave by themselves;
 * admins remove members and viewers, owners anybody. Throws `role_missing`, and `conflict` for the last owner.
 */
export async function removeMember(
  ctx: ServiceContext,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<void> {
  const { actor } = ctx;
  const leaves = actor.kind === "user" && actor.id === userId;
  if (leaves) requireViewer(ctx, orgId);
  else requireAdmin(ctx, orgId);
  await ctx.storage.change(async (writes) => {
    const member = await requireMember(writes, { orgId, userId });
    if (!leaves && isMighty(member.role)) requireRole(ctx, { orgId, role: "owner" });
    requireRevision(ctx, { what: `The member ${member.email}`, updatedAt: member.updatedAt });
    await requireOtherOwner(writes, { orgId, member });
    await removeUserConnections(writes, { orgId, userId });
    await writes.members.remove({ orgId, userId });
    await recordAct(ctx, writes, {
      orgId,
      action: "member.delete",
      target: { kind: "member", id: userId, name: member.email },
      before: { role: member.role },
    });
  });
}
