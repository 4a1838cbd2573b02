/** One page by id, which is by age: ids are UUIDv7. */
export interface PageQuery {
  readonly limit: number;
  /** The last id of the page before; undefined: from the start. */
  readonly after: string | undefined;
}
