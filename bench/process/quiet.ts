import { cpuBetween, sampleCpu } from "./cpu-time.ts";

const stepMs = 50;
const quietNanoseconds = 1e6;

/**
 * Waits at least `settleMs`, then until the process tree uses less than 1 ms of CPU in 50 ms, at most `settleMs` + 2 s:
 * work put off to a queue belongs to the load that caused it.
 */
export async function waitUntilQuiet(pid: number, settleMs: number): Promise<void> {
  await Bun.sleep(settleMs);
  const deadline = performance.now() + 2_000;
  let before = sampleCpu(pid);
  while (performance.now() < deadline) {
    await Bun.sleep(stepMs);
    const after = sampleCpu(pid);
    if (cpuBetween(before, after) < quietNanoseconds) return;
    before = after;
  }
}
