import type { Lane } from "../plan/lane.ts";
import type { Children } from "../process/children.ts";

/** What a target finds in place when it starts. */
export interface BenchHost {
  /** Temporary folder of this run. */
  readonly directory: string;
  readonly children: Children;
  readonly upstreamPort: number;
}

/** A process that can be put between load generator and mock upstream. */
export interface Target {
  readonly name: TargetName;
  /** What the report calls it. */
  readonly label: string;
  /** The ways it can carry a request. */
  readonly lanes: readonly Lane[];
  /** Version for the report. */
  version(): string;
  /** Starts it, configured for the mock upstream, and waits until it serves. Throws `BenchError` when it does not. */
  start(host: BenchHost, options?: StartOptions): Promise<RunningTarget>;
}

export interface StartOptions {
  /** Extra arguments for the JavaScript runtime, where the target has one. */
  readonly runtimeArguments?: readonly string[];
}

/** A started target. */
export interface RunningTarget {
  readonly name: TargetName | "direct";
  readonly lanes: readonly Lane[];
  /** Root of its process tree. */
  readonly pid: number;
  readonly port: number;
  /** The key its clients send. */
  readonly key: string;
  /** Headers its clients send besides, by the way a request goes. */
  readonly headers?: (lane: Lane) => Readonly<Record<string, string>>;
  /** Milliseconds without work after which its queues are surely empty. */
  readonly settleMs: number;
  /** Milliseconds from the start of its process to its first answer. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** The targets of the benchmark: the limit, a reference, a peer, what is judged. */
export const targetNames = ["nginx", "minimal", "portkey", "penstock"] as const;

/** One of `targetNames`. */
export type TargetName = (typeof targetNames)[number];

/** The key the mock upstream's clients send, and what a gateway must put in place of the caller's. */
export const upstreamKey = "sk-bench-upstream-key-0123456789abcdef";
