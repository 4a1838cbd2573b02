/** A sign-in that was begun and whose user has not come back yet. */
export interface OAuthFlowRecord {
  readonly id: string;
  readonly orgId: string;
  /** Who began it, and alone may end it. */
  readonly userId: string;
  /** SHA-256 of the state that comes back with the user. */
  readonly stateDigest: string;
  /** What it is for and the PKCE verifier, encrypted. */
  readonly sealed: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
