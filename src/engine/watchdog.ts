/** A deadline that can be moved. */
export interface Watch {
  /** Moves the deadline to `ms` milliseconds from now. */
  reset(ms: number): void;
  stop(): void;
}

/** Who is told that time is up, with the milliseconds it was last given. An object costs less than a closure a call. */
export type Expiry = ((allowed: number) => void) | { expire(allowed: number): void };

class Entry implements Watch {
  deadline = 0;
  /** Milliseconds it was last given. */
  allowed = 0;
  readonly #expiry: Expiry;
  readonly #dog: Watchdog;

  constructor(dog: Watchdog, expiry: Expiry) {
    this.#dog = dog;
    this.#expiry = expiry;
  }

  expire(): void {
    const expiry = this.#expiry;
    if (typeof expiry === "function") expiry(this.allowed);
    else expiry.expire(this.allowed);
  }

  reset(ms: number): void {
    this.#dog.schedule(this, ms);
  }

  stop(): void {
    this.#dog.cancel(this);
  }
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

  /** Tells `expiry` once, `ms` milliseconds from now or up to 250 ms later, unless stopped; says the last `ms`. */
  watch(ms: number, expiry: Expiry): Watch {
    const entry = new Entry(this, expiry);
    this.schedule(entry, ms);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.check(), 250);
      this.#timer.unref();
    }
    return entry;
  }

  schedule(entry: Entry, ms: number): void {
    entry.deadline = this.#now() + ms;
    entry.allowed = ms;
    this.#entries.add(entry);
  }

  cancel(entry: Entry): void {
    this.#entries.delete(entry);
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
