import type { ModelRecord } from "../../storage/records/model-record.ts";

/** A model as callers see it. `name` is what a request may say: `provider-name/model-id`. */
export interface ModelView extends ModelRecord {
  readonly name: string;
  readonly providerName: string;
  /** What it is, whoever serves it: `maker/model`; undefined where its id does not say. */
  readonly profile: string | undefined;
}
