import type { LoadGenerator } from "../load/load-generator.ts";
import type { Quantiles } from "../load/load-spec.ts";
import { chatPassthrough, chatToMessages, type Lane, messagesToChat } from "../plan/lane.ts";
import type { Plan } from "../plan/plan.ts";
import { jsonShape } from "../plan/shape.ts";
import type { RunningTarget } from "../targets/target.ts";

/** What one open-loop load measured. Milliseconds from when a request was due. */
export interface OpenLoopSample {
  readonly target: string;
  readonly lane: string;
  readonly round: number;
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly latency: Quantiles;
  readonly firstByte: Quantiles;
  /** How late requests were sent: the generator's own share of the latency. */
  readonly lateness: Quantiles;
}

/** Small plain requests at the plan's fixed rate to every target, and straight to the upstream for comparison. */
export async function measureAddedLatency(options: {
  readonly plan: Plan;
  readonly generator: LoadGenerator;
  /** The targets and the upstream itself as `direct`. */
  readonly targets: readonly RunningTarget[];
  readonly progress: (text: string) => void;
}): Promise<OpenLoopSample[]> {
  const { plan, generator, targets, progress } = options;
  const samples: OpenLoopSample[] = [];
  const { ratePerSecond, durationMs, rounds } = plan.openLoop;
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets) {
      for (const lane of lanesToMeasure(target)) {
        progress(`open loop ${round + 1}/${rounds}  ${lane.id}  ${target.name}`);
        const { port, pid, key } = target;
        const shape = jsonShape("small");
        const result = await generator.run({
          kind: "open",
          port,
          pid,
          key,
          lane,
          shape,
          ratePerSecond,
          durationMs,
        });
        const { requests, failures, firstFailure, latency, firstByte, lateness } = result;
        samples.push({
          target: target.name,
          lane: lane.id,
          round,
          requests,
          failures,
          ...(firstFailure === undefined ? {} : { firstFailure }),
          latency,
          firstByte,
          lateness,
        });
      }
    }
  }
  return samples;
}

function lanesToMeasure(target: RunningTarget): readonly Lane[] {
  return target.name === "penstock" ? [chatPassthrough, messagesToChat, chatToMessages] : [chatPassthrough];
}
