/** Whose tokens they are. */
export interface TokenOwner {
  readonly kind: "provider" | "connection";
  readonly id: string;
  readonly orgId: string;
}

/** Tokens that their authorization server renews, and who is renewing them. */
export interface OAuthTokenRecord {
  readonly owner: TokenOwner;
  /** Encrypted; undefined while the first ones are being got. */
  readonly sealed: string | undefined;
  /** Random per attempt, so that a late one does not end another's. */
  readonly claimedBy: string | undefined;
  /** Milliseconds since the epoch; 0: nobody is renewing. */
  readonly claimedUntil: number;
}
