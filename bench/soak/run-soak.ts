import { addressedTo } from "../load/addressed-to.ts";
import type { LoadGenerator } from "../load/load-generator.ts";
import { chatPassthrough, chatToMessages, type Lane, messagesToChat } from "../plan/lane.ts";
import { burstStreamShape, jsonShape, type Shape, streamShape } from "../plan/shape.ts";
import { residentBytes } from "../process/memory.ts";
import type { RunningTarget } from "../targets/target.ts";

/** What a target did over a long run of the same work. */
export interface SoakFigures {
  readonly requests: number;
  readonly streams: number;
  readonly failures: number;
  readonly firstFailure?: string;
  /** Resident when idle after each slice. */
  readonly residentBytes: readonly number[];
}

/** How much of each kind one slice holds, as shares of its requests and streams. */
const mix: readonly { readonly lane: Lane; readonly share: number; readonly stream: Shape }[] = [
  { lane: chatPassthrough, share: 0.6, stream: streamShape("small") },
  { lane: messagesToChat, share: 0.2, stream: burstStreamShape },
  { lane: chatToMessages, share: 0.2, stream: burstStreamShape },
];

/** The least within a few idle seconds: right after a load, most of what swings is garbage that nobody has collected yet. */
async function residentWhenIdle(pid: number): Promise<number> {
  let least = residentBytes(pid);
  for (let look = 0; look < 16; look += 1) {
    await Bun.sleep(250);
    least = Math.min(least, residentBytes(pid));
  }
  return least;
}

/** Sends the same mix of small plain requests and streams, slice by slice, and notes the target's memory after each. */
export async function runSoak(options: {
  readonly generator: LoadGenerator;
  readonly target: RunningTarget;
  readonly requests: number;
  readonly streams: number;
  readonly slices: number;
  readonly progress: (text: string) => void;
}): Promise<SoakFigures> {
  const { generator, target, slices, progress } = options;
  const resident: number[] = [];
  const sum = { requests: 0, streams: 0, failures: 0 };
  let firstFailure: string | undefined;
  const load = async (lane: Lane, shape: Shape, count: number) => {
    const to = addressedTo(target, lane);
    const pace = { warmupMs: 0, windowMs: 0, settleMs: target.settleMs };
    const result = await generator.run({ kind: "closed", ...to, shape, ...pace, requests: count });
    sum[shape.stream ? "streams" : "requests"] += result.requests;
    sum.failures += result.failures;
    firstFailure ??= result.firstFailure;
  };
  for (let slice = 0; slice < slices; slice += 1) {
    for (const { lane, share, stream } of mix) {
      progress(`soak  slice ${slice + 1} of ${slices}  ${lane.id}`);
      await load(lane, jsonShape("small"), Math.ceil((options.requests / slices) * share));
      await load(lane, stream, Math.ceil((options.streams / slices) * share));
    }
    resident.push(await residentWhenIdle(target.pid));
  }
  return { ...sum, ...(firstFailure === undefined ? {} : { firstFailure }), residentBytes: resident };
}
