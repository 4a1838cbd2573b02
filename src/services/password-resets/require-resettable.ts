import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { isOperator, requireAdmin, requireOperator, requireRole } from "../access.ts";
import { useAuth } from "../identity/use-auth.ts";
import type { MemberView } from "../members/member-view.ts";
import { requireMember } from "../members/require-member.ts";
import { isMighty } from "../members/role.ts";
import type { ServiceContext } from "../service-context.ts";

/**
 * The member whose password the actor may have set anew. Admins may for members and viewers, owners for all, but neither for
 * an account with rights beyond the org: whoever sets its password gets those, too. Operators may for all but themselves.
 * Throws `role_missing`, `key_scope`, `not_found`, and `conflict`.
 */
export async function requireResettable(
  ctx: ServiceContext,
  reads: Reads,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<MemberView> {
  requireAdmin(ctx, orgId);
  const member = await requireMember(reads, { orgId, userId });
  if (ctx.actor.kind === "user" && ctx.actor.id === userId) {
    throw conflict("Change your own password with the current one, or ask another owner or an operator.");
  }
  if (isOperator(ctx.actor)) return member;
  if (isMighty(member.role)) requireRole(ctx, { orgId, role: "owner" });
  // One answer for both, so that it does not tell which.
  if ((await reads.members.isOperator(userId)) || (await reads.members.listByUser(userId)).length > 1) {
    requireOperator(ctx);
  }
  const { internalAdapter } = await (await useAuth(ctx, reads.auth)).$context;
  if (await internalAdapter.findCredentialAccount(userId)) return member;
  throw conflict(`${member.email} has no password: the account signs in by OIDC.`);
}

function conflict(reason: string): PenstockError {
  return new PenstockError("conflict", { fields: { reason } });
}
