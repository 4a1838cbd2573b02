/** Upper bounds in seconds. */
export const bounds = {
  /** What a call takes, and its first byte: half a vendor's fastest answer to the longest stream. */
  call: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300],
  /** What the gateway adds: targets are fractions of a millisecond. */
  overhead: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
} as const;

/** Counts of values by size, as a Prometheus histogram wants them; adding one costs a few comparisons. */
export class Distribution {
  readonly bounds: readonly number[];
  /** One more than there are bounds: the last holds what is above them all. */
  readonly #counts: Float64Array;
  sum = 0;
  count = 0;

  constructor(limits: readonly number[]) {
    this.bounds = limits;
    this.#counts = new Float64Array(limits.length + 1);
  }

  /** `value`: seconds. */
  add(value: number): void {
    let at = 0;
    for (; at < this.bounds.length; at++) if (value <= (this.bounds[at] ?? 0)) break;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.sum += value;
    this.count++;
  }

  /** How many values were at most as large as each bound; the last number is how many there were. */
  cumulative(): readonly number[] {
    let total = 0;
    return Array.from(this.#counts, (count) => {
      total += count;
      return total;
    });
  }
}
