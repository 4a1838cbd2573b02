import { PenstockError } from "../../errors/penstock-error.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import { notFound } from "../access.ts";
import { type MemberView, toMemberView } from "./member-view.ts";

/** A member of the org; throws `not_found`. */
export async function requireMember(
  reads: Reads,
  { orgId, userId }: { readonly orgId: string; readonly userId: string },
): Promise<MemberView> {
  const member = await reads.members.find({ orgId, userId });
  if (member === undefined) throw notFound(`member ${userId}`);
  return toMemberView(member);
}

/** Throws `conflict` when `member` is all the owners the org has; call it where their place is about to go. */
export async function requireOtherOwner(
  reads: Reads,
  { orgId, member }: { readonly orgId: string; readonly member: MemberView },
): Promise<void> {
  if (member.role !== "owner" || (await reads.members.count({ orgId, role: "owner" })) > 1) return;
  const reason = `${member.email} is the organization's last owner: make somebody else an owner first.`;
  throw new PenstockError("conflict", { fields: { reason } });
}
