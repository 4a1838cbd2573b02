import type { ModelConfig } from "../../plane/snapshot.ts";
import type { ModelRecord } from "../../storage/records/model-record.ts";

/** A model as callers see it. `name` is what a request may say: `provider-name/model-id`. */
export interface ModelView extends ModelRecord, Pick<ModelConfig, "prices" | "priceSource"> {
  readonly name: string;
  readonly providerName: string;
  /** Discovered since the last review, and still disabled. */
  readonly isNew: boolean;
  /** What it is, whoever serves it: `maker/model`; undefined where its id does not say. */
  readonly profile: string | undefined;
}
