import type { LoadGenerator } from "../load/load-generator.ts";
import { chatPassthrough } from "../plan/lane.ts";
import { jsonShape } from "../plan/shape.ts";
import { residentBytes } from "../process/memory.ts";
import type { RunningTarget } from "../targets/target.ts";

const slice = 50_000;

/** Memory over a long run of the same request. */
export interface SoakFigures {
  readonly requests: number;
  readonly failures: number;
  /** Resident after each slice of 50,000 requests. */
  readonly residentBytes: readonly number[];
}

/** Sends `requests` small plain requests and notes the target's memory along the way. */
export async function soak(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly requests: number;
  readonly progress: (text: string) => void;
}): Promise<SoakFigures> {
  const { generator, target, requests, progress } = options;
  const { port, pid, key, settleMs } = target;
  const resident: number[] = [];
  let failures = 0;
  for (let sent = 0; sent < requests; sent += slice) {
    const count = Math.min(slice, requests - sent);
    progress(`soak  ${sent}/${requests}`);
    const result = await generator.run({
      kind: "closed",
      port,
      pid,
      key,
      lane: chatPassthrough,
      shape: jsonShape("small"),
      warmupMs: 0,
      windowMs: 0,
      settleMs,
      requests: count,
    });
    failures += result.failures;
    resident.push(residentBytes(pid));
  }
  return { requests, failures, residentBytes: resident };
}
