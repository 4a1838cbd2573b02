import { requireOrg } from "../access.ts";
import type { Role } from "../members/role.ts";
import { toRole } from "../members/role.ts";
import type { ServiceContext } from "../service-context.ts";
import { requireInvitation } from "./invitation-token.ts";

/** What the holder of a link is told. Times are milliseconds since the epoch. */
export interface InvitationPreview {
  readonly email: string;
  readonly orgName: string;
  readonly role: Role;
  readonly expiresAt: number;
}

/** What an invitation's link offers. Throws `link_invalid`. */
export async function previewInvitation(
  ctx: ServiceContext,
  { token }: { readonly token: string },
): Promise<InvitationPreview> {
  const { reads } = ctx.storage;
  const { email, orgId, role, expiresAt } = await requireInvitation(ctx, { reads, token });
  const { name } = await requireOrg(reads, orgId);
  return { email, orgName: name, role: toRole(role), expiresAt };
}
