import type { VendorFacts } from "../../plane/vendor-facts.ts";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";
import type { Origin } from "./origin.ts";

export type ModelKind = "chat" | "embedding" | "other";
export type ModelSource = "manual" | "discovered" | "config";

/** One model as one provider serves it. Times are milliseconds since the epoch. */
export interface ModelRecord {
  readonly id: string;
  readonly providerId: string;
  /** The id the vendor knows; unique in the provider. */
  readonly wireId: string;
  readonly kind: ModelKind;
  readonly displayName: string | undefined;
  readonly enabled: boolean;
  /** Absent: not one. */
  readonly favorite?: boolean | undefined;
  readonly source: ModelSource;
  /** What an admin or a file said; vendor and catalog fill in the rest. */
  readonly traits: ModelTraits;
  /** Tokens. */
  readonly contextTokens: number | undefined;
  /** What the vendor's list said when discovery last saw it; absent: nothing. */
  readonly facts?: VendorFacts | undefined;
  /** The vendor's id of the model behind this name, as an admin or a file said it; absent: what the list says, or the name. */
  readonly baseModel?: string | undefined;
  /** When discovery last saw it. */
  readonly lastSeenAt: number | undefined;
  /** Discovery no longer sees it. */
  readonly stale: boolean;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}
