import { PenstockError } from "../../errors/penstock-error.ts";

/** Runs a piece of work when its turn comes. Throws `sign_in_throttled` when too many wait already. */
export type HashQueue = <T>(work: () => Promise<T>) => Promise<T>;

/** Bounds what password hashing may take of memory and of the machine, which the gateway shares. */
export function createHashQueue(limits: { readonly running: number; readonly waiting: number }): HashQueue {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limits.running) {
      if (waiting.length >= limits.waiting)
        throw new PenstockError("sign_in_throttled", { retryAfterMs: 5_000 });
      // Whoever ends hands its place on, so the count stays.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
