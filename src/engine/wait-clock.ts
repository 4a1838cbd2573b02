/**
 * How long one call was in the hands of others: its client's, its vendor's. Waits may overlap; the time is counted once.
 */
export class WaitClock {
  readonly #tick: () => number;
  #waits = 0;
  #since = 0;
  #waited = 0;
  /** One for all waits: a closure each is garbage. */
  readonly #ends = () => this.end();

  /** `tick`: milliseconds of a monotonic clock. */
  constructor(tick: () => number) {
    this.#tick = tick;
  }

  begin(): void {
    if (this.#waits++ === 0) this.#since = this.#tick();
  }

  end(): void {
    if (--this.#waits === 0) this.#waited += this.#tick() - this.#since;
  }

  /** Counts until this is settled. Returns it as it is: whoever awaits it takes no step more. */
  during<T>(promise: Promise<T>): Promise<T> {
    this.begin();
    promise.then(this.#ends, this.#ends);
    return promise;
  }

  /** Milliseconds up to `now`, with what is still being waited for. */
  waited(now: number): number {
    return this.#waits > 0 ? this.#waited + now - this.#since : this.#waited;
  }
}
