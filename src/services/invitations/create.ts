import { z } from "zod";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Secret } from "../../secrets/secret.ts";
import type { Writes } from "../../storage/repositories/writes.ts";
import { requireAdmin, requireOrg, requireRole } from "../access.ts";
import { recordAct } from "../audit/record-act.ts";
import { emailSchema } from "../identity/password-schema.ts";
import { newLinkToken } from "../link-token.ts";
import { isMighty, type Role, roles } from "../members/role.ts";
import { parseInput } from "../parse-input.ts";
import type { ServiceContext } from "../service-context.ts";
import { invitationTokenDigest } from "./invitation-token.ts";
import { type InvitationView, toInvitationView } from "./invitation-view.ts";

export interface CreateInvitationInput {
  readonly orgId: string;
  readonly email: string;
  readonly role: Role;
}

export interface CreatedInvitation {
  readonly invitation: InvitationView;
  /** The link itself, given out this once; whoever has it may accept in the invited person's place. */
  readonly url: Secret;
}

const lifetimeMs = 7 * 24 * 60 * 60 * 1000;

const schema = z.object({ email: emailSchema, role: z.enum(roles) });

/**
 * Offers a place in the org. Only owners invite admins and owners. Throws `conflict` when the person is a member or has an
 * open invitation already; an expired one is replaced.
 */
export async function createInvitation(
  ctx: ServiceContext,
  { orgId, ...input }: CreateInvitationInput,
): Promise<CreatedInvitation> {
  requireAdmin(ctx, orgId);
  const { email, role } = parseInput(schema, input);
  if (isMighty(role)) requireRole(ctx, { orgId, role: "owner" });
  return ctx.storage.change((writes) => invite(ctx, writes, { orgId, email, role }));
}

/** The same within a transaction, for verbs that have checked who may and what was given. */
export async function invite(
  ctx: ServiceContext,
  writes: Writes,
  { orgId, email, role }: CreateInvitationInput,
): Promise<CreatedInvitation> {
  await requireOrg(writes, orgId);
  await requireNewcomer(ctx, writes, { orgId, email });
  const token = newLinkToken();
  const at = ctx.now();
  const invitation = {
    id: ctx.newId("inv"),
    orgId,
    email,
    role,
    tokenDigest: invitationTokenDigest(ctx, token.reveal()),
    invitedBy: ctx.actor.name,
    expiresAt: at + lifetimeMs,
    acceptedAt: undefined,
    revokedAt: undefined,
    createdAt: at,
    updatedAt: at,
  };
  await writes.invitations.insert(invitation);
  await recordAct(ctx, writes, {
    orgId,
    action: "invitation.create",
    target: { kind: "invitation", id: invitation.id, name: email },
    after: { email, role, expiresAt: invitation.expiresAt },
  });
  return {
    invitation: toInvitationView(invitation, at),
    url: new Secret(`${ctx.publicUrl}/invite?token=${token.reveal()}`),
  };
}

async function requireNewcomer(
  ctx: ServiceContext,
  writes: Writes,
  { orgId, email }: { readonly orgId: string; readonly email: string },
): Promise<void> {
  if ((await writes.members.findByEmail({ orgId, email })) !== undefined) {
    throw new PenstockError("conflict", { fields: { reason: `${email} is a member already.` } });
  }
  for (const open of await writes.invitations.listOpen({ email, orgId })) {
    if (open.expiresAt > ctx.now()) {
      const reason = `${email} has an open invitation: revoke it to make another.`;
      throw new PenstockError("conflict", { fields: { reason } });
    }
    await writes.invitations.close({ id: open.id, how: "revoked", at: ctx.now() });
  }
}
