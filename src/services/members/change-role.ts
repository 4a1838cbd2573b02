import { z } from "zod";
import { requireAdmin, requireRole } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { laterThan } from "../later-than.ts";
import { parseInput } from "../parse-input.ts";
import { requireRevision } from "../precondition.ts";
import type { ServiceContext } from "../service-context.ts";
import type { MemberView } from "./member-view.ts";
import { requireMember, requireOtherOwner } from "./require-member.ts";
import { isMighty, type Role, roles } from "./role.ts";

const schema = z.object({ role: z.enum(roles) });

/**
 * Gives a member another role. Admins move people between member and viewer; who is admin or owner only owners say.
 * Throws `role_missing`, and `conflict` for the last owner.
 */
export async function changeRole(
  ctx: ServiceContext,
  input: { readonly orgId: string; readonly userId: string; readonly role: Role },
): Promise<MemberView> {
  const { orgId, userId } = input;
  requireAdmin(ctx, orgId);
  const { role } = parseInput(schema, { role: input.role });
  return ctx.storage.change(async (writes) => {
    const member = await requireMember(writes, { orgId, userId });
    if (isMighty(member.role) || isMighty(role)) requireRole(ctx, { orgId, role: "owner" });
    requireRevision(ctx, { what: `The member ${member.email}`, updatedAt: member.updatedAt });
    if (member.role === role) return member;
    await requireOtherOwner(writes, { orgId, member });
    const at = laterThan(member.updatedAt, ctx.now());
    await writes.members.setRole({ orgId, userId, role, at });
    await recordAct(ctx, writes, {
      orgId,
      action: "member.update",
      target: { kind: "member", id: userId, name: member.email },
      before: { role: member.role },
      after: { role },
    });
    return { ...member, role, updatedAt: at };
  });
}
