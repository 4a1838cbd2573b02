import { residentBytes } from "../process/memory.ts";
import type { BenchHost, RunningTarget, Target } from "../targets/target.ts";

/** How a target starts, and what it holds before its first request. */
export interface StartFigures {
  readonly target: string;
  /** Milliseconds of each start; the first one also creates what later ones find. */
  readonly startMs: readonly number[];
  readonly idleResidentBytes: number;
}

/** Starts a target `count` times; hands back the last one running, and the figures. */
export async function startMeasured(options: {
  readonly target: Target;
  readonly host: BenchHost;
  readonly count: number;
}): Promise<{ readonly running: RunningTarget; readonly figures: StartFigures }> {
  const { target, host, count } = options;
  const startMs: number[] = [];
  let running = await target.start(host);
  startMs.push(running.startMs);
  for (let start = 1; start < count; start += 1) {
    await running.stop();
    running = await target.start(host);
    startMs.push(running.startMs);
  }
  // Time for what a start puts off, such as a first probe or a garbage collection.
  await Bun.sleep(1_000);
  const idleResidentBytes = residentBytes(running.pid);
  return { running, figures: { target: target.name, startMs, idleResidentBytes } };
}
