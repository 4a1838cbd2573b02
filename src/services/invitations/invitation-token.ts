import { PenstockError } from "../../errors/penstock-error.ts";
import type { InvitationRecord } from "../../storage/records/invitation-record.ts";
import type { Reads } from "../../storage/repositories/reads.ts";
import type { ServiceContext } from "../service-context.ts";
import { stateOf } from "./invitation-view.ts";

/** What is kept of a token; keyed apart from the digests of keys. */
export function invitationTokenDigest(ctx: ServiceContext, token: string): string {
  return ctx.vault.digestKey(`invitation\0${token}`);
}

/** The open invitation of a link; throws `link_invalid`, the same whatever is wrong with it. */
export async function requireInvitation(
  ctx: ServiceContext,
  { reads, token }: { readonly reads: Reads; readonly token: string },
): Promise<InvitationRecord> {
  const found = await reads.invitations.findByDigest(invitationTokenDigest(ctx, token));
  if (found === undefined || stateOf(found, ctx.now()) !== "open") throw new PenstockError("link_invalid");
  return found;
}
