import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";

/** What every step of encoding one request shares. */
export interface EncodeScope {
  readonly traits: ModelTraits;
  readonly losses: LossList;
}

/** Where a part stands in the caller's request. */
export interface PartPlace {
  readonly path: string;
  readonly scope: EncodeScope;
}
