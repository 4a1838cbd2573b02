/** How a connection was made: with a key that its user pasted, or by signing in at the service. */
export type ConnectionAuth = "api_key" | "oauth2";

/** `reauthorize`: the service no longer takes what it gave; its user must sign in again or send a new key. */
export type ConnectionStatus = "connected" | "failing" | "reauthorize";

/** Why a service did not say who somebody is. */
export const connectionFailures = [
  "blocked_by_network_policy",
  "provider_unreachable",
  "provider_refused",
  "failed",
] as const;
export type ConnectionFailure = (typeof connectionFailures)[number];

/** One user's account on an external service, without its credential. Times are milliseconds since the epoch. */
export interface ConnectionRecord {
  readonly id: string;
  readonly orgId: string;
  readonly userId: string;
  readonly connector: string;
  /** Unique for the user in the org without case. */
  readonly name: string;
  readonly auth: ConnectionAuth;
  readonly options: Readonly<Record<string, string>>;
  /** Who the service says the user is. */
  readonly accountId: string | undefined;
  readonly accountName: string | undefined;
  /** What the service granted; empty where it does not say. */
  readonly scopes: readonly string[];
  /** The OAuth client its tokens belong to: they are sent nowhere else. */
  readonly client: { readonly id: string; readonly tokenUrl: string } | undefined;
  readonly status: ConnectionStatus;
  readonly statusReason: ConnectionFailure | undefined;
  readonly checkedAt: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One field of a connection's credential, encrypted. */
export interface ConnectionSecretRecord {
  readonly connectionId: string;
  readonly field: string;
  readonly sealed: string;
  readonly fingerprint: string;
}
