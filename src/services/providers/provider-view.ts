import type { ProviderHealth, ProviderRecord } from "../../storage/records/provider-record.ts";

/** A provider as callers see it: everything but the values of its credential. */
export interface ProviderView extends Omit<ProviderRecord, "health">, ProviderHealth {
  /** Only the fields that are set. */
  readonly credentials: Readonly<Record<string, ConfiguredField>>;
  readonly models: { readonly total: number; readonly enabled: number };
}

/** What is said of a credential field instead of its value. */
export interface ConfiguredField {
  readonly configured: true;
  /** 8 hex digits; equal for equal values within this instance. */
  readonly fingerprint: string;
}
