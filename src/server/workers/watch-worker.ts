export interface WatchOptions {
  /** Resolves when the worker gives a sign of life; rejects when it gives none in so many milliseconds. */
  readonly ask: (patienceMs: number) => Promise<unknown>;
  readonly onHung: () => void;
  /** Milliseconds between two looks; five seconds by default. */
  readonly everyMs?: number;
  /** Milliseconds that a worker may be stuck; half a minute by default. */
  readonly patienceMs?: number;
}

/** Whoever asks may have been stopped itself meanwhile: then the answer is there in no time. */
const lastChanceMs = 2_000;

/** A worker that is stuck keeps its share of the connections waiting. Returns the way to end watching. */
export function watchWorker({ ask, onHung, everyMs = 5_000, patienceMs = 30_000 }: WatchOptions): () => void {
  let asking = false;
  const timer = setInterval(() => void look(), everyMs);
  // It must not keep a process alive that is done.
  timer.unref();

  async function look(): Promise<void> {
    if (asking) return;
    asking = true;
    const reacts = (await answers(patienceMs)) || (await answers(Math.min(patienceMs, lastChanceMs)));
    asking = false;
    if (reacts) return;
    clearInterval(timer);
    onHung();
  }

  function answers(ms: number): Promise<boolean> {
    return ask(ms).then(
      () => true,
      () => false,
    );
  }

  return () => clearInterval(timer);
}
