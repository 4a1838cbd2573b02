/** A place in an organization that is offered to an email address. Times are milliseconds since the epoch. */
export interface InvitationRecord {
  readonly id: string;
  readonly orgId: string;
  /** Lower case. */
  readonly email: string;
  readonly role: string;
  /** Keyed digest of the link's token. */
  readonly tokenDigest: string;
  /** The name of who made it. */
  readonly invitedBy: string;
  readonly expiresAt: number;
  readonly acceptedAt: number | undefined;
  readonly revokedAt: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}
