import type { ModelRecord } from "../../storage/records/model-record.ts";

/** A model as callers see it. `name` is what a request may say: `provider-name/model-id`. */
export interface ModelView extends ModelRecord {
  readonly name: string;
  readonly providerName: string;
}
