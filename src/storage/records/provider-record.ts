import type { ProviderStatus } from "../../plane/snapshot.ts";
import type { Origin } from "./origin.ts";

/** Why a provider has the status it has; undefined when there is nothing to say. */
export type StatusReason =
  | "unreachable"
  | "credential_rejected"
  | "misconfigured"
  | "unverifiable"
  | "not_validated";

/** One configured account at a vendor, without its credential. Times are milliseconds since the epoch. */
export interface ProviderRecord {
  readonly id: string;
  readonly orgId: string;
  /** Unique in the org without case. */
  readonly name: string;
  readonly driver: string;
  /** Empty for a driver that answers in process. */
  readonly baseUrl: string;
  readonly options: Readonly<Record<string, string | boolean | number>>;
  readonly enabled: boolean;
  readonly priority: number;
  readonly health: ProviderHealth;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What the last probe or discovery said. */
export interface ProviderHealth {
  readonly status: ProviderStatus;
  readonly reason: StatusReason | undefined;
  /** Fixed text, safe to show. */
  readonly message: string | undefined;
  readonly checkedAt: number | undefined;
  /** Milliseconds. */
  readonly latencyMs: number | undefined;
  /** Last failure of a job (discovery), fixed text. */
  readonly lastError: string | undefined;
}

/** One field of a provider's credential, encrypted. */
export interface CredentialRecord {
  readonly providerId: string;
  readonly field: string;
  /** The sealed text of secrets/envelope. */
  readonly sealed: string;
  /** First 8 hex digits of a keyed hash: tells two values apart, reveals none. */
  readonly fingerprint: string;
}
