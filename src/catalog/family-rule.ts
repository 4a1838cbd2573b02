import type { ModelTraits } from "../wire/neutral/model-traits.ts";

/** What all models of a family share. The first rule of a list whose pattern matches the id applies. */
export interface FamilyRule {
  readonly family: string;
  readonly match: RegExp;
  readonly traits: ModelTraits;
  /** Tokens; used when the price data does not know the model. */
  readonly contextTokens?: number;
}
