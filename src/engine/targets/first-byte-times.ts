/** Weight of the newest answer in the smoothed time. */
const weight = 0.2;
/** Answers that the percentile is taken of, and how few of them are too few. */
const kept = 32;
const fewest = 8;

/** How long a target takes until its first content, from its last answers. Milliseconds. */
export class FirstByteTimes {
  /** Smoothed; undefined before the first answer. */
  smoothed: number | undefined;
  readonly #last = new Float64Array(kept);
  #count = 0;

  add(ms: number): void {
    this.smoothed = this.smoothed === undefined ? ms : this.smoothed + weight * (ms - this.smoothed);
    this.#last[this.#count++ % kept] = ms;
  }

  /** The 95th percentile of the last answers; undefined while there are too few. */
  get p95(): number | undefined {
    if (this.#count < fewest) return undefined;
    const sorted = this.#last.slice(0, Math.min(this.#count, kept)).sort();
    return sorted[Math.ceil(sorted.length * 0.95) - 1];
  }
}
