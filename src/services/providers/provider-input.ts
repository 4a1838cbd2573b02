import type { Secret } from "../../secrets/secret.ts";
import type { ReleaseMode } from "../bindings/release.ts";

/** Fields of a credential: a value sets, `null` clears, a field left out is kept. */
export type CredentialInput = Readonly<Record<string, string | Secret | null>>;

/** Options of a driver: a value sets, `null` goes back to the driver's default, a field left out is kept. */
export type OptionInput = Readonly<Record<string, string | boolean | number | null>>;

/** Milliseconds a vendor may be silent: a value sets, `null` goes back to the setting of the process, absent keeps. */
export interface TimeoutInput {
  readonly firstByteMs?: number | null | undefined;
  readonly idleMs?: number | null | undefined;
}

/** The same of a provider, which also says how long a new connection may take. */
export interface ProviderTimeoutInput extends TimeoutInput {
  readonly connectMs?: number | null | undefined;
}

/** The part of a provider that decides whether its vendor can be called. */
export interface CandidateInput {
  readonly driver: string;
  /** Undefined: the driver's default. */
  readonly baseUrl?: string | null | undefined;
  readonly credentials?: CredentialInput | undefined;
  readonly headers?: CredentialInput | undefined;
  readonly options?: OptionInput | undefined;
}

/** How a write of a provider treats its vendor; shared by create, update and upsert. */
export interface WriteMode {
  /** Probe before saving; true by default. False leaves the status `pending`. */
  readonly validate?: boolean | undefined;
  /**
   * Discover models after saving; by default on a create that found the vendor available, and in the background when an
   * update changes the account. False: not in the background either, until somebody asks for it.
   */
  readonly discover?: boolean | undefined;
  /** The answer of an earlier `checkProvider` of the same candidate, used instead of a probe. */
  readonly probed?: CheckResult | undefined;
}

export interface CreateProviderInput extends CandidateInput, WriteMode {
  readonly orgId: string;
  readonly name: string;
  readonly enabled?: boolean | undefined;
  /** Lower is tried first; 100 by default. */
  readonly priority?: number | undefined;
  /** Providers with the same word share a quota at their vendor; null: none. */
  readonly quotaGroup?: string | null | undefined;
  readonly timeouts?: ProviderTimeoutInput | undefined;
  /** Explicit ids at the vendor; they are enabled. */
  readonly models?: readonly string[] | undefined;
}

export interface UpdateProviderInput extends WriteMode {
  readonly orgId: string;
  readonly providerId: string;
  /** For what names its models, when it is disabled. */
  readonly mode?: ReleaseMode | undefined;
  readonly name?: string | undefined;
  /** `null`: back to the driver's default. */
  readonly baseUrl?: string | null | undefined;
  readonly credentials?: CredentialInput | undefined;
  readonly headers?: CredentialInput | undefined;
  readonly options?: OptionInput | undefined;
  readonly enabled?: boolean | undefined;
  readonly priority?: number | undefined;
  /** Providers with the same word share a quota at their vendor; null: none. */
  readonly quotaGroup?: string | null | undefined;
  readonly timeouts?: ProviderTimeoutInput | undefined;
  /** Adds and enables these; on behalf of a file, those the file no longer names are removed. */
  readonly models?: readonly string[] | undefined;
}

/** What a probe of a candidate said; fixed texts, nothing of the vendor's body. */
export interface CheckResult {
  readonly status: "valid" | "rejected" | "unreachable" | "unsupported";
  /** How many models the account may use, where the vendor says so. */
  readonly models?: number | undefined;
  readonly reason?: string | undefined;
  /** Milliseconds. */
  readonly latencyMs: number;
}
