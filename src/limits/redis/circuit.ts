/** How long nobody is asked after failures: milliseconds at first, and at most after doubling. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Failures in a row after which Redis is left alone. */
const patience = 3;

/** Whether Redis is asked: after failures in a row not for a while, twice as long each time that a look finds it still gone. */
export class Circuit {
  readonly #pauses: Pauses;
  #failures = 0;
  #pauseMs: number;
  #closed = false;

  /** Begins open: nothing is known yet. */
  constructor(pauses: Pauses) {
    this.#pauses = pauses;
    this.#pauseMs = pauses.firstMs;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A command was answered in time. */
  succeed(): void {
    this.#failures = 0;
    if (this.#closed) this.#pauseMs = this.#pauses.firstMs;
  }

  /** True when this failure opens the circuit. `at once`: no further one is waited for. */
  fail(how: "counted" | "at once"): boolean {
    if (!this.#closed) return false;
    this.#failures++;
    if (how === "counted" && this.#failures < patience) return false;
    this.#closed = false;
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#failures = 0;
  }

  /** Milliseconds until the next look; the one after waits twice as long, unless commands succeed in between. */
  nextPause(): number {
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauses.longestMs, pause * 2);
    return pause;
  }
}
