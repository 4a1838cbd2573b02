import { type TargetName, targetNames } from "../targets/target.ts";
import {
  chatPassthrough,
  chatToGemini,
  chatToMessages,
  type Lane,
  messagesPassthrough,
  messagesToChat,
  messagesToConverse,
  responsesToMessages,
} from "./lane.ts";
import {
  type BodySize,
  burstStreamShape,
  jsonShape,
  type Shape,
  shortStreamShape,
  streamShape,
} from "./shape.ts";

/** One thing to measure: a target carrying one shape of request on one lane. */
export interface Cell {
  readonly target: TargetName;
  readonly lane: Lane;
  readonly shape: Shape;
}

/** How much is measured and how long. */
export interface Plan {
  readonly name: "quick" | "full";
  readonly rounds: number;
  readonly warmupMs: number;
  /** Warm-up of what a target carries for the first time: its just-in-time compiler needs some 20,000 requests. */
  readonly firstWarmupMs: number;
  readonly windowMs: number;
  readonly openLoop: {
    /** Plain requests. */
    readonly ratePerSecond: number;
    /** Streams of 100 chunks. */
    readonly streamsPerSecond: number;
    /** At the same rate, not counted: a server at work has run at it for long. */
    readonly warmupMs: number;
    readonly durationMs: number;
    readonly rounds: number;
  };
  /** Times each target is started to see how long that takes. */
  readonly starts: number;
  /** Streams held open at once to see what they cost in memory; 0: not measured. */
  readonly openStreams: number;
  /** After this many seconds no further round begins. */
  readonly budgetSeconds: number;
  /** Measured in every round: promises are judged by them. */
  readonly shapes: readonly Shape[];
  /** Measured in the first round only: shown for comparison. */
  readonly comparedShapes: readonly Shape[];
}

/** Two to three minutes: the smallest set that can judge the cost of a request and of a chunk. */
export const quickPlan: Plan = {
  name: "quick",
  rounds: 3,
  warmupMs: 120,
  firstWarmupMs: 1_500,
  windowMs: 220,
  openLoop: { ratePerSecond: 1_000, streamsPerSecond: 20, warmupMs: 500, durationMs: 1_500, rounds: 1 },
  starts: 2,
  openStreams: 0,
  budgetSeconds: 150,
  shapes: [jsonShape("small"), streamShape("small"), shortStreamShape],
  comparedShapes: [jsonShape("200k")],
};

const largeSizes: readonly BodySize[] = ["16k", "200k", "2m"];

/** About ten minutes: every body size, plain and streamed; lanes beyond the first three on small bodies only. */
export const fullPlan: Plan = {
  name: "full",
  rounds: 3,
  warmupMs: 600,
  firstWarmupMs: 3_000,
  windowMs: 800,
  openLoop: { ratePerSecond: 1_000, streamsPerSecond: 20, warmupMs: 1_000, durationMs: 3_000, rounds: 3 },
  starts: 5,
  openStreams: 2_000,
  budgetSeconds: 420,
  shapes: [jsonShape("small"), streamShape("small"), shortStreamShape],
  comparedShapes: [...largeSizes.map(jsonShape), ...largeSizes.map(streamShape), burstStreamShape],
};

// What a request and a chunk cost is judged on these; more of them would not fit into the plans' time.
const everyLane = new Set(["small/json", "small/stream", "small/stream-short"]);

const lanesOf: Readonly<Record<TargetName, (shape: Shape) => readonly Lane[]>> = {
  nginx: () => [chatPassthrough, messagesPassthrough],
  minimal: () => [chatPassthrough],
  // Large bodies at a millisecond and more a request would take the time of all others.
  portkey: ({ id, size }) =>
    size !== "small" || id === burstStreamShape.id ? [] : [chatPassthrough, chatToMessages],
  // Both passthroughs share their code; the second is checked on small bodies only.
  penstock: (shape) => [
    chatPassthrough,
    messagesToChat,
    chatToMessages,
    ...(shape.size === "small" ? [messagesPassthrough] : []),
    ...(everyLane.has(shape.id) ? [messagesToConverse, chatToGemini, responsesToMessages] : []),
  ],
};

/** What is measured of one shape, target by target. */
export function cellsOf(shape: Shape, targets: readonly TargetName[]): Cell[] {
  return targetNames
    .filter((name) => targets.includes(name))
    .flatMap((target) => lanesOf[target](shape).map((lane) => ({ target, lane, shape })));
}

/** The name of a cell on the command line and in the report, without its target: `chat-chat/small/json`. */
export function caseId(cell: Pick<Cell, "lane" | "shape">): string {
  return `${cell.lane.id}/${cell.shape.id}`;
}
