import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import type { Quantiles } from "../load/load-spec.ts";
import { chatPassthrough, chatToMessages, type Lane, messagesToChat } from "../plan/lane.ts";
import type { Plan } from "../plan/plan.ts";
import { jsonShape, type Shape, streamShape } from "../plan/shape.ts";
import type { RunningTarget } from "../targets/target.ts";
import { isWrong, type WrongLane } from "./preflight.ts";

/** What one open-loop load measured. Milliseconds from when a request was due. */
export interface OpenLoopSample {
  readonly target: string;
  readonly lane: string;
  readonly shape: string;
  readonly ratePerSecond: number;
  readonly round: number;
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly latency: Quantiles;
  readonly firstByte: Quantiles;
  /** Between two pieces of a stream as they arrive; zeros for plain answers. */
  readonly gap: Quantiles;
  /** How late requests were sent: the generator's own share of the latency. */
  readonly lateness: Quantiles;
}

/**
 * Small requests at the plan's fixed rates, plain and streamed, to every target and straight to the upstream for comparison. A peer
 * that has not the CPU for the rate of plain requests is measured with streams only: at saturation latency says nothing.
 */
export async function measureAddedLatency(options: {
  readonly plan: Plan;
  readonly generator: LoadGenerator;
  /** The targets and the upstream itself as `direct`. */
  readonly targets: readonly RunningTarget[];
  /** Not measured. */
  readonly wrongLanes: readonly WrongLane[];
  readonly progress: (text: string) => void;
}): Promise<OpenLoopSample[]> {
  const { plan, generator, targets, wrongLanes, progress } = options;
  const samples: OpenLoopSample[] = [];
  const { warmupMs, durationMs, rounds } = plan.openLoop;
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets) {
      for (const { lane, shape, ratePerSecond } of loadsOf(target, plan)) {
        if (isWrong(wrongLanes, { target: target.name, lane, shape })) continue;
        progress(`open loop ${round + 1}/${rounds}  ${lane.id}/${shape.id}  ${target.name}`);
        const to = addressedTo(target, lane);
        const pace = { ratePerSecond, warmupMs, durationMs };
        const result = await generator.run({ kind: "open", ...to, shape, ...pace });
        const { requests, failures, firstFailure, latency, firstByte, gap, lateness } = result;
        samples.push({
          target: target.name,
          lane: lane.id,
          shape: shape.id,
          ratePerSecond,
          round,
          requests,
          failures,
          ...(firstFailure === undefined ? {} : { firstFailure }),
          latency,
          firstByte,
          gap,
          lateness,
        });
      }
    }
  }
  return samples;
}

interface OpenLoad {
  readonly lane: Lane;
  readonly shape: Shape;
  readonly ratePerSecond: number;
}

function loadsOf(target: RunningTarget, { openLoop }: Plan): OpenLoad[] {
  const { ratePerSecond, streamsPerSecond } = openLoop;
  const lanes =
    target.name === "penstock" ? [chatPassthrough, messagesToChat, chatToMessages] : [chatPassthrough];
  const plain = { shape: jsonShape("small"), ratePerSecond };
  const streamed = { shape: streamShape("small"), ratePerSecond: streamsPerSecond };
  return (target.name === "portkey" ? [streamed] : [plain, streamed]).flatMap((load) =>
    lanes.map((lane) => ({ lane, ...load })),
  );
}
