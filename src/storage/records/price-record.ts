import type { PriceTier } from "../../plane/snapshot.ts";
import type { Origin } from "./origin.ts";

/** What an org says that models cost it. Times are milliseconds since the epoch. */
export interface PriceRecord {
  readonly id: string;
  readonly orgId: string;
  /** Undefined: at every provider. */
  readonly providerId: string | undefined;
  /** The id the vendor knows; `*` stands for any characters. */
  readonly model: string;
  readonly origin: Origin;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly removedAt: number | undefined;
  /** The first is 1; none is ever changed. */
  readonly versions: readonly PriceVersion[];
}

export interface PriceVersion {
  readonly version: number;
  /** It holds for requests that arrive then or later, until a later version does. */
  readonly effectiveFrom: number;
  readonly tiers: readonly PriceTier[];
  readonly createdAt: number;
  /** Who made it, by name. */
  readonly createdBy: string;
}
