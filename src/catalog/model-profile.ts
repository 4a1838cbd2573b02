import type { PriceTier } from "../plane/snapshot.ts";
import type { ModelTraits } from "../wire/neutral/model-traits.ts";

/** Vendor-neutral facts of a model. Absent means unknown. */
export interface ModelProfile {
  readonly family: string;
  readonly displayName?: string;
  /** Tokens. */
  readonly contextTokens?: number;
  readonly traits: ModelTraits;
  readonly prices: readonly PriceTier[];
}
