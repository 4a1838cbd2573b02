/** A deadline that can be moved. */
export interface Watch {
  /** Moves the deadline to `ms` milliseconds from now. */
  reset(ms: number): void;
  stop(): void;
}

interface Entry extends Watch {
  deadline: number;
  readonly expire: () => void;
}

/**
 * Many coarse timers on one interval: a request sets, moves and stops several, and exactness below a quarter second
 * is worth nothing to any of them.
 */
export class Watchdog {
  readonly #entries = new Set<Entry>();
  readonly #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(now: () => number = performance.now.bind(performance)) {
    this.#now = now;
  }

  /** Calls `expire` once, `ms` milliseconds from now or up to 250 ms later, unless stopped. */
  watch(ms: number, expire: () => void): Watch {
    const entry: Entry = {
      deadline: this.#now() + ms,
      expire,
      reset: (next) => {
        entry.deadline = this.#now() + next;
        this.#entries.add(entry);
      },
      stop: () => this.#entries.delete(entry),
    };
    this.#entries.add(entry);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.check(), 250);
      this.#timer.unref();
    }
    return entry;
  }

  /** Expires what is due; called by the interval, and by tests. */
  check(): void {
    const now = this.#now();
    for (const entry of this.#entries) {
      if (entry.deadline > now) continue;
      this.#entries.delete(entry);
      entry.expire();
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#entries.clear();
  }
}
