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
  /** What discovery or an admin said; the catalog fills in the rest. */
  readonly traits: ModelTraits;
  /** Tokens. */
  readonly contextTokens: number | undefined;
  /** When discovery last saw it. */
  readonly lastSeenAt: number | undefined;
  /** Discovery no longer sees it. */
  readonly stale: boolean;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
}
