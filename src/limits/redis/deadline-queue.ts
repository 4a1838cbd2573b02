/** One thing that is waited for. */
export interface Deadline {
  /** Not waited for any longer: it came, or it is late. */
  over: boolean;
  readonly at: number;
  readonly onLate: () => void;
}

/** Ends waits that are all equally long, by one timer. */
export class DeadlineQueue {
  readonly #ms: number;
  #waiting: Deadline[] = [];
  #head = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ms`: how long each may take, in milliseconds. */
  constructor(ms: number) {
    this.#ms = ms;
  }

  add(onLate: () => void): Deadline {
    const deadline: Deadline = { over: false, at: performance.now() + this.#ms, onLate };
    this.#waiting.push(deadline);
    this.#timer ??= setTimeout(this.#look, this.#ms);
    return deadline;
  }

  /** Ends all waits now. */
  clear(): void {
    const waiting = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    for (const deadline of waiting) expire(deadline);
  }

  /** An answer may lie in the socket while this process was busy: it is read before anything is called late. */
  readonly #look = (): void => {
    this.#timer = setTimeout(this.#expire, 0);
  };

  readonly #expire = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    let next = this.#waiting[this.#head];
    while (next !== undefined && (next.over || next.at <= now)) {
      this.#head++;
      expire(next);
      next = this.#waiting[this.#head];
    }
    if (this.#head > 1_000 || next === undefined) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    if (next !== undefined) this.#timer = setTimeout(this.#look, Math.max(0, next.at - now));
  };
}

function expire(deadline: Deadline): void {
  if (deadline.over) return;
  deadline.over = true;
  deadline.onLate();
}
