/** What a version changed in one org. A provider comes with its credentials and models. */
export interface OrgChange {
  readonly orgId: string;
  /** Undefined: any of the org may have changed. */
  readonly parts: ChangedParts | undefined;
}

/** Ids. */
export interface ChangedParts {
  readonly providers: readonly string[];
  readonly keys: readonly string[];
  /** Absent: none; so in what earlier versions wrote. */
  readonly routes?: readonly string[] | undefined;
  readonly limits?: readonly string[] | undefined;
}

/** Undefined: anything may have changed. */
export type ChangeRecord = readonly OrgChange[] | undefined;
