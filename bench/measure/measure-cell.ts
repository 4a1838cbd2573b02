import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import type { ClosedLoopSpec } from "../load/load-spec.ts";
import type { Lane } from "../plan/lane.ts";
import type { Shape } from "../plan/shape.ts";
import { residentBytes } from "../process/memory.ts";
import type { RunningTarget } from "../targets/target.ts";
import type { Sample } from "./sample.ts";

/** Puts one closed-loop load on a running target. */
export async function measureCell(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly lane: Lane;
  readonly shape: Shape;
  readonly round: number;
  readonly load: Pick<ClosedLoopSpec, "warmupMs" | "windowMs" | "requests">;
}): Promise<Sample> {
  const { generator, target, lane, shape, round, load } = options;
  const { settleMs } = target;
  const result = await generator.run({
    kind: "closed",
    ...addressedTo(target, lane),
    shape,
    settleMs,
    ...load,
  });
  return {
    target: target.name,
    lane: lane.id,
    shape: shape.id,
    round,
    requests: result.requests,
    failures: result.failures,
    ...(result.firstFailure === undefined ? {} : { firstFailure: result.firstFailure }),
    requestsPerSecond: result.requests / result.seconds,
    cpuMicrosPerRequest: result.cpuNanoseconds / 1000 / result.requests,
    latency: result.latency,
    firstByte: result.firstByte,
    residentBytes: residentBytes(target.pid),
    reconnects: result.reconnects,
  };
}
