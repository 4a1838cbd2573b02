import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { chatPassthrough } from "../plan/lane.ts";
import { slowStreamShape } from "../plan/shape.ts";
import { residentBytes } from "../process/memory.ts";
import type { RunningTarget } from "../targets/target.ts";

/** What many open streams cost a target in memory. */
export interface OpenStreamFigures {
  readonly target: string;
  readonly streams: number;
  readonly failures: number;
  readonly firstFailure?: string;
  /** The most that was resident while they were open. */
  readonly peakResidentBytes: number;
}

/** Opens `streams` slow streams at once and watches the target's memory until the last has ended. */
export async function measureOpenStreams(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly streams: number;
}): Promise<OpenStreamFigures> {
  const { generator, target, streams } = options;
  const { pid, settleMs } = target;
  let peakResidentBytes = 0;
  const watch = setInterval(() => {
    peakResidentBytes = Math.max(peakResidentBytes, residentBytes(pid));
  }, 100);
  try {
    const result = await generator.run({
      kind: "closed",
      ...addressedTo(target, chatPassthrough),
      shape: { ...slowStreamShape, concurrency: streams },
      warmupMs: 0,
      windowMs: 0,
      settleMs,
      requests: streams,
    });
    const { failures, firstFailure } = result;
    return {
      target: target.name,
      streams,
      failures,
      ...(firstFailure === undefined ? {} : { firstFailure }),
      peakResidentBytes,
    };
  } finally {
    clearInterval(watch);
  }
}
