/** What the payloads contain that a relay must read, made ready once to be searched for in bytes. */
export class RelayMarks {
  readonly texts: readonly string[];
  readonly #bytes: readonly Buffer[];

  constructor(texts: readonly string[]) {
    this.texts = texts;
    this.#bytes = texts.map((text) => Buffer.from(text));
  }

  /** Whether one of them stands in these bytes. */
  standIn(bytes: Uint8Array): boolean {
    for (const mark of this.#bytes) {
      // Works on any Uint8Array; wrapping the chunk in a Buffer first would cost as much as the search.
      if (Buffer.prototype.indexOf.call(bytes, mark) !== -1) return true;
    }
    return false;
  }
}
