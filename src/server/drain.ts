/** What shutting down needs to know and to stop, in the order it is done. */
export interface DrainSteps {
  /** Calls whose last byte is not out yet. */
  readonly inFlight: () => number;
  /** Stop taking new work. */
  readonly refuse: () => void;
  /** Cut what is still running. */
  readonly cut: () => Promise<void>;
  /** Write what was metered and close the storage. */
  readonly close: () => Promise<void>;
}

/** Lets calls in flight finish for at most `ms`, then cuts the rest; nothing metered is lost either way. */
export async function drain(steps: DrainSteps, ms: number): Promise<"finished" | "cut"> {
  steps.refuse();
  const deadline = performance.now() + ms;
  while (steps.inFlight() > 0 && performance.now() < deadline) await Bun.sleep(20);
  const result = steps.inFlight() === 0 ? "finished" : "cut";
  await steps.cut();
  await steps.close();
  return result;
}
