import type { Secret } from "../../secrets/secret.ts";
import type { TokenAnswer } from "./read-token.ts";

/**
 * Keeps the tokens of one provider's sign-in beyond this process: a server that replaces the refresh token with each use
 * must be asked by one replica at a time, and what it gave must outlive a restart.
 */
export interface TokenKeeper {
  /**
   * A token newer than the one that was refused: what somebody else got meanwhile, else what `refresh` gives. Throws what
   * `refresh` throws, and `storage_unavailable`.
   */
  renew(renewal: TokenRenewal): Promise<KeptToken>;
}

/** What a token is wanted for. */
export interface TokenRenewal {
  /** The refresh token as an admin or a sign-in set it; those that replace it are the keeper's. */
  readonly configured: Secret;
  /** The access token that the vendor did not take; undefined: none. */
  readonly refused: Secret | undefined;
  /** Asks the authorization server, with the newest refresh token. */
  readonly refresh: (refreshToken: Secret) => Promise<TokenAnswer>;
}

/** An access token; times are milliseconds since the epoch. */
export interface KeptToken {
  readonly token: Secret;
  /** From then on another one should be got. */
  readonly goodUntil: number;
  readonly expiresAt: number;
}

/** Gives each provider its keeper, always the same one. */
export type TokenKeepers = (provider: { readonly id: string; readonly orgId: string }) => TokenKeeper;
