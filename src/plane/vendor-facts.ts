import type { ModelTraits } from "../wire/neutral/model-traits.ts";
import type { PriceTier } from "./snapshot.ts";

/** What a model reads or writes. */
export type Modality = "text" | "image" | "audio" | "video" | "file" | "embedding";

/** What a vendor itself says of a model besides its name. Absent means not said. */
export interface VendorFacts {
  /** The id of the model behind a name of the account's own, e.g. a deployment: what is known of that holds for this. */
  readonly baseModel?: string;
  /** Tokens. */
  readonly contextTokens?: number;
  readonly traits?: ModelTraits;
  readonly prices?: readonly PriceTier[];
  readonly input?: readonly Modality[];
  readonly output?: readonly Modality[];
  /** Parameters of requests it takes, in the vendor's words. */
  readonly parameters?: readonly string[];
}
