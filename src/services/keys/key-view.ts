import type { KeyRecord } from "../../storage/records/key-record.ts";

/** A key as callers see it; `preview` is all that is left of its value. */
export interface KeyView extends Omit<KeyRecord, "digest" | "previous"> {
  /** Neither revoked nor expired. */
  readonly active: boolean;
  /** Until when the value before the last rotation works; undefined when it does not. */
  readonly previousExpiresAt: number | undefined;
}
