import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { chatPassthrough } from "../plan/lane.ts";
import { slowReaderShape } from "../plan/shape.ts";
import { residentBytes } from "../process/memory.ts";
import type { RunningTarget } from "../targets/target.ts";

/** What many readers that do not keep up cost a target in memory. */
export interface SlowReaderFigures {
  readonly target: string;
  readonly streams: number;
  /** Streams that were not whole, or not the upstream's bytes in their order. */
  readonly failures: number;
  readonly firstFailure?: string;
  /** Of all bodies together. */
  readonly bytes: number;
  readonly seconds: number;
  /** The most that was resident meanwhile. */
  readonly peakResidentBytes: number;
}

/** Milliseconds a reader rests after each read. */
const pauseMs = 100;

/** Lets `streams` readers take half a megabyte each, slower than the upstream writes it, and compares what they got with the upstream's own. */
export async function measureSlowReaders(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  /** The upstream itself. */
  readonly direct: RunningTarget;
  readonly streams: number;
}): Promise<SlowReaderFigures> {
  const { generator, target, direct, streams } = options;
  const load = (to: RunningTarget, concurrency: number) =>
    generator.run({
      kind: "slow-readers",
      ...addressedTo(to, chatPassthrough),
      shape: { ...slowReaderShape, concurrency },
      pauseMs,
    });
  const expected = await load(direct, 1);
  let peakResidentBytes = 0;
  const watch = setInterval(() => {
    peakResidentBytes = Math.max(peakResidentBytes, residentBytes(target.pid));
  }, 100);
  try {
    const { failures, firstFailure, digests, bytes, seconds } = await load(target, streams);
    const same = digests.length === 1 && digests[0] === expected.digests[0];
    const problem = firstFailure ?? (same ? undefined : "the bytes are not those of the upstream");
    return {
      target: target.name,
      streams,
      failures: failures === 0 && !same ? streams : failures,
      ...(problem === undefined ? {} : { firstFailure: problem }),
      bytes,
      seconds,
      peakResidentBytes,
    };
  } finally {
    clearInterval(watch);
  }
}
