/** The headers of an answer, as far as they are read: those of a `Response`, or of a client that has less to offer. */
export interface HeaderReader {
  /** All values of a name, joined by commas; null when there is none. `name`: in lower case. */
  get(name: string): string | null;
  /** Names in lower case. Those without `part` in them may be left out. */
  keys(part?: string): Iterable<string>;
}
