import type { InvitationRecord } from "../../storage/records/invitation-record.ts";
import { type Role, toRole } from "../members/role.ts";

/** An invitation as its org sees it: without its token. Times are milliseconds since the epoch. */
export interface InvitationView {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly state: "open" | "accepted" | "revoked" | "expired";
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `now`: milliseconds since the epoch. */
export function toInvitationView(record: InvitationRecord, now: number): InvitationView {
  const { id, email, role, invitedBy, expiresAt, createdAt, updatedAt } = record;
  return {
    id,
    email,
    role: toRole(role),
    invitedBy,
    state: stateOf(record, now),
    expiresAt,
    createdAt,
    updatedAt,
  };
}

export function stateOf(record: InvitationRecord, now: number): InvitationView["state"] {
  if (record.acceptedAt !== undefined) return "accepted";
  if (record.revokedAt !== undefined) return "revoked";
  return record.expiresAt <= now ? "expired" : "open";
}
