import type { LossList } from "../neutral/loss.ts";
import type { ModelTraits } from "../neutral/model-traits.ts";
import type { CacheBreakpoints } from "./cache-breakpoints.ts";

/** What every step of encoding one request shares. */
export interface EncodeScope {
  readonly traits: ModelTraits;
  readonly losses: LossList;
  readonly breakpoints: CacheBreakpoints;
}
