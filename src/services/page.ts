/** One page of a list, oldest first. */
export interface Page<T> {
  readonly data: readonly T[];
  /** Pass it as `cursor` for the next page; undefined on the last one. */
  readonly nextCursor: string | undefined;
}

/** What every list takes. `limit`: 1 to 1000, 100 by default. */
export interface PageInput {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}
