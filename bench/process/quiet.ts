import { cpuBetween, sampleCpu } from "./cpu-time.ts";

const stepMs = 50;
const quietNanoseconds = 1e6;
const longestWaitMs = 3_000;

/**
 * Waits until the process tree has used less than 1 ms of CPU in every 50 ms for `settleMs` on end, at most 3 s: work put
 * off to a queue that is emptied at intervals belongs to the load that caused it.
 */
export async function waitUntilQuiet(pid: number, settleMs: number): Promise<void> {
  const deadline = performance.now() + longestWaitMs;
  let before = sampleCpu(pid);
  let quietMs = 0;
  do {
    await Bun.sleep(stepMs);
    const after = sampleCpu(pid);
    quietMs = cpuBetween(before, after) < quietNanoseconds ? quietMs + stepMs : 0;
    before = after;
  } while (quietMs < settleMs && performance.now() < deadline);
}
