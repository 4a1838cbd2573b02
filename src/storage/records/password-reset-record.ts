/** A link by which somebody sets a new password. Times are milliseconds since the epoch. */
export interface PasswordResetRecord {
  readonly userId: string;
  /** The organization in which it was made. */
  readonly orgId: string;
  /** Keyed digest of the link's token. */
  readonly tokenDigest: string;
  /** Whose rights it stands on: `key`, `user` or `system`. */
  readonly makerKind: string;
  /** The key's or the user's; empty for the system. */
  readonly makerId: string;
  readonly expiresAt: number;
}
