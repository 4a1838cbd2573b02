/** Writes a time down, and keeps what it wrote last: call after call tells the same end of a window or period. */
export class TimeText {
  #seconds = 0;
  #text = "1970-01-01T00:00:00Z";

  /** In whole seconds, rounded up: whoever waits until then has waited enough. `ms`: milliseconds since the epoch. */
  of(ms: number): string {
    const seconds = Math.ceil(ms / 1000);
    if (seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#text = new Date(seconds * 1000).toISOString().replace(".000", "");
    }
    return this.#text;
  }
}

/** The same for a length of time, as OpenAI writes it: `20ms`, `6s`, `1m59s`. */
export class DurationText {
  #seconds = 0;
  #text = "";

  of(ms: number): string {
    if (ms < 1000) return `${Math.ceil(ms)}ms`;
    const seconds = Math.ceil(ms / 1000);
    if (seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#text = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
    }
    return this.#text;
  }
}
