/**
 * Worker that says when the next request is due. Timers of the event loop know whole milliseconds only; a thread that
 * sleeps on a futex wakes within about 0.1 ms.
 */
declare const self: Worker;

/** What the worker is started with: epoch milliseconds of the first request, milliseconds between two, how many. */
export interface PacerOrder {
  readonly startAt: number;
  readonly intervalMs: number;
  readonly count: number;
}

const never = new Int32Array(new SharedArrayBuffer(4));

self.onmessage = (event: MessageEvent<PacerOrder>) => {
  const { startAt, intervalMs, count } = event.data;
  for (let index = 0; index < count; index += 1) {
    const wait = startAt + index * intervalMs - (performance.timeOrigin + performance.now());
    if (wait > 0) Atomics.wait(never, 0, 0, wait);
    self.postMessage(index);
  }
};
