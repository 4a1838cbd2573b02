import type { OpenLoopSample } from "../measure/added-latency.ts";
import { type Spread, spread } from "./statistics.ts";

/** What the rounds of one open-loop load come down to, in milliseconds; added: less what the upstream alone took. */
export interface OpenLoopFigures {
  readonly target: string;
  readonly lane: string;
  readonly shape: string;
  readonly ratePerSecond: number;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly addedP50: number;
  readonly addedP99: number;
  readonly firstByteP50: number;
  readonly firstByteP99: number;
  /** Between two pieces of a stream as they arrive; undefined for plain answers. */
  readonly gapP99: number | undefined;
  readonly addedGapP99: number | undefined;
  readonly latenessP99: Spread;
  readonly failures: number;
}

/** One row per load and target, in the order first measured. */
export function openLoopFigures(samples: readonly OpenLoopSample[]): OpenLoopFigures[] {
  const groups = Map.groupBy(samples, ({ target, lane, shape }) => `${target} ${lane} ${shape}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const direct = samples.filter(({ target, shape }) => target === "direct" && shape === first.shape);
    const added = (read: (sample: OpenLoopSample) => number) => middle(group, read) - middle(direct, read);
    const isStream = group.some(({ gap }) => gap.max > 0);
    return [
      {
        target: first.target,
        lane: first.lane,
        shape: first.shape,
        ratePerSecond: first.ratePerSecond,
        p50: spread(group.map(({ latency }) => latency.p50)) ?? nothing,
        p99: spread(group.map(({ latency }) => latency.p99)) ?? nothing,
        addedP50: added(({ latency }) => latency.p50),
        addedP99: added(({ latency }) => latency.p99),
        firstByteP50: middle(group, ({ firstByte }) => firstByte.p50),
        firstByteP99: middle(group, ({ firstByte }) => firstByte.p99),
        gapP99: isStream ? middle(group, ({ gap }) => gap.p99) : undefined,
        addedGapP99: isStream ? added(({ gap }) => gap.p99) : undefined,
        latenessP99: spread(group.map(({ lateness }) => lateness.p99)) ?? nothing,
        failures: group.reduce((sum, { failures }) => sum + failures, 0),
      },
    ];
  });
}

const nothing: Spread = { median: 0, min: 0, max: 0 };

function middle(samples: readonly OpenLoopSample[], read: (sample: OpenLoopSample) => number): number {
  return spread(samples.map(read))?.median ?? 0;
}
