import type { ModelKind } from "../../storage/records/model-record.ts";
import type { ModelTraits } from "../../wire/neutral/model-traits.ts";

/** What an admin may say of a model. A field left out is kept, `null` goes back to what is known otherwise. */
export interface ModelFacts {
  readonly enabled?: boolean | undefined;
  /** Shown first in lists of models. */
  readonly favorite?: boolean | undefined;
  readonly kind?: ModelKind | undefined;
  readonly displayName?: string | null | undefined;
  /** The vendor's id of the model behind a name of the account's own, e.g. an Azure deployment. */
  readonly baseModel?: string | null | undefined;
  /** Tokens. */
  readonly contextTokens?: number | null | undefined;
  readonly traits?: ModelTraits | undefined;
}
