import type {
  ProviderHealth,
  ProviderRecord,
  ProviderSchedule,
} from "../../storage/records/provider-record.ts";
import type { ModelCounts } from "../../storage/repositories/model-counts.ts";

/** A provider as callers see it: everything but the values of its secrets. */
export interface ProviderView
  extends Omit<ProviderRecord, "health" | "schedule">,
    ProviderHealth,
    ProviderSchedule {
  /** Only the fields that are set. */
  readonly credentials: Readonly<Record<string, ConfiguredField>>;
  /** Headers that calls carry, by their names in lower case. */
  readonly headers: Readonly<Record<string, ConfiguredField>>;
  readonly models: ModelCounts;
}

/** What is said of a secret instead of its value. */
export interface ConfiguredField {
  readonly configured: true;
  /** 8 hex digits; equal for equal values within this instance. */
  readonly fingerprint: string;
  /** Undefined: before this was recorded. */
  readonly setAt: number | undefined;
  readonly setBy: string | undefined;
}
