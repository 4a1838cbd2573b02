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
  /** Providers of the org with the same word share a quota at their vendor. */
  readonly quotaGroup?: string | undefined;
  readonly health: ProviderHealth;
  readonly schedule: ProviderSchedule;
  readonly timeouts: ProviderTimeouts;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How long this vendor may be silent, in milliseconds; undefined: as the process is set. */
export interface ProviderTimeouts {
  /** From the call to the first byte of the answer. */
  readonly firstByteMs?: number;
  /** Between two chunks of a stream. */
  readonly idleMs?: number;
  /** Until a new connection is there. */
  readonly connectMs?: number;
}

/** When the vendor is asked again by itself; undefined: not before somebody asks for it. */
export interface ProviderSchedule {
  readonly nextProbeAt: number | undefined;
  readonly nextDiscoveryAt: number | undefined;
  /** The last discovery that went well. */
  readonly discoveredAt: number | undefined;
  /** An admin has seen every model that was found until then. */
  readonly reviewedAt: number | undefined;
}

/** What the last probes, calls and discoveries said. */
export interface ProviderHealth {
  readonly status: ProviderStatus;
  readonly reason: StatusReason | undefined;
  /** Fixed text, safe to show. */
  readonly message: string | undefined;
  /** The last probe, or the last call that told as much. */
  readonly checkedAt: number | undefined;
  /** Of the last probe, in milliseconds. */
  readonly latencyMs: number | undefined;
  /** The last failure of a probe, call or discovery, in fixed words. */
  readonly lastError: string | undefined;
  readonly lastErrorAt: number | undefined;
  /** Since when the status is what it is, for the reason it has. */
  readonly statusSince: number | undefined;
  /** Probes and calls in a row that found the vendor unreachable or refusing. */
  readonly failures: number;
}

/** One field of a provider's credential, or one header of its calls, encrypted. */
export interface CredentialRecord {
  readonly providerId: string;
  /** A name of the driver's credential form, or `header.` and the header's name. */
  readonly field: string;
  /** The sealed text of secrets/envelope. */
  readonly sealed: string;
  /** First 8 hex digits of a keyed hash: tells two values apart, reveals none. */
  readonly fingerprint: string;
  readonly setAt?: number | undefined;
  /** Who set it: a person's address, or the name of a key or file. */
  readonly setBy?: string | undefined;
}
