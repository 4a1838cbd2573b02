/** Runs tasks side by side, a bounded number at a time. */
export class WorkerPool {
  readonly #size: number;
  readonly #running = new Set<Promise<void>>();

  constructor(size: number) {
    this.#size = size;
  }

  /** How many more tasks may begin now. */
  get free(): number {
    return this.#size - this.#running.size;
  }

  /** How many are under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Begins a task, which must not reject; whoever calls has looked at `free`. */
  run(task: () => Promise<void>): void {
    const running = task().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when every task that has begun has ended. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
