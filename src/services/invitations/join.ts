import type { InvitationRecord } from "../../storage/records/invitation-record.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { recordAct } from "../audit/record-act.ts";
import type { ServiceContext } from "../service-context.ts";

/** Uses an invitation up, within a transaction: the person is a member. One who is a member already keeps their role. */
export async function join(
  ctx: ServiceContext,
  writes: Writes,
  { invitation, userId }: { readonly invitation: InvitationRecord; readonly userId: string },
): Promise<void> {
  const { id, orgId, email, role } = invitation;
  const at = ctx.now();
  await writes.invitations.close({ id, how: "accepted", at });
  if ((await writes.members.find({ orgId, userId })) !== undefined) return;
  await writes.members.insert({ orgId, userId, role, at });
  await recordAct(ctx, writes, {
    orgId,
    action: "member.create",
    target: { kind: "member", id: userId, name: email },
    after: { role, by: "invitation", invitation: id },
  });
}
