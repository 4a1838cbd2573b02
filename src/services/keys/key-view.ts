import type { KeyRecord } from "../../storage/records/key-record.ts";

/** A key as callers see it; `preview` is all that is left of its value. */
export interface KeyView extends Omit<KeyRecord, "digest"> {
  /** Neither revoked nor expired. */
  readonly active: boolean;
}
