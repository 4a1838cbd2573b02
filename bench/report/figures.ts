import type { Sample } from "../measure/sample.ts";
import { type Lane, proxyLane } from "../plan/lane.ts";
import { longStream, shortStream } from "../plan/shape.ts";
import { type Spread, spread } from "./statistics.ts";

/** What the rounds of one cell come down to. Times in milliseconds unless the name says otherwise. */
export interface CellFigures {
  readonly target: string;
  readonly lane: string;
  readonly shape: string;
  readonly requests: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly cpuMicrosPerRequest: Spread;
  /** To nginx with the same bytes in the same round. */
  readonly ratioToNginx?: Spread;
  readonly requestsPerSecond: Spread;
  readonly latencyP50: Spread;
  readonly latencyP99: Spread;
  readonly firstByteP50: Spread;
  readonly firstByteP99: Spread;
  readonly residentBytes: Spread;
  readonly reconnects: number;
}

/** CPU of one streamed chunk: a long stream less a short one, divided by the chunks between them. */
export interface ChunkFigures {
  readonly target: string;
  readonly lane: string;
  readonly cpuMicrosPerChunk: Spread;
  readonly ratioToNginx?: Spread;
}

/** One row per cell, in the order first measured. */
export function cellFigures(samples: readonly Sample[], lanes: readonly Lane[]): CellFigures[] {
  const groups = Map.groupBy(samples, (sample) => `${sample.target} ${sample.lane} ${sample.shape}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [summarize({ first, group, samples, lanes })];
  });
}

function summarize(options: {
  readonly first: Sample;
  readonly group: readonly Sample[];
  readonly samples: readonly Sample[];
  readonly lanes: readonly Lane[];
}): CellFigures {
  const { first, group, samples, lanes } = options;
  const over = (read: (sample: Sample) => number): Spread => spread(group.map(read)) ?? noSpread;
  const firstFailure = group.find((sample) => sample.firstFailure !== undefined)?.firstFailure;
  const ratio = spread(
    group.flatMap((sample) => {
      const limit = samples.find((other) => isLimitOf(other, sample, lanes));
      return limit === undefined ? [] : [sample.cpuMicrosPerRequest / limit.cpuMicrosPerRequest];
    }),
  );
  return {
    target: first.target,
    lane: first.lane,
    shape: first.shape,
    requests: group.reduce((sum, sample) => sum + sample.requests, 0),
    failures: group.reduce((sum, sample) => sum + sample.failures, 0),
    ...(firstFailure === undefined ? {} : { firstFailure }),
    cpuMicrosPerRequest: over((sample) => sample.cpuMicrosPerRequest),
    ...(ratio === undefined ? {} : { ratioToNginx: ratio }),
    requestsPerSecond: over((sample) => sample.requestsPerSecond),
    latencyP50: over((sample) => sample.latency.p50),
    latencyP99: over((sample) => sample.latency.p99),
    firstByteP50: over((sample) => sample.firstByte.p50),
    firstByteP99: over((sample) => sample.firstByte.p99),
    residentBytes: over((sample) => sample.residentBytes),
    reconnects: group.reduce((sum, sample) => sum + sample.reconnects, 0),
  };
}

const noSpread: Spread = { median: 0, min: 0, max: 0 };

function isLimitOf(other: Sample, sample: Sample, lanes: readonly Lane[]): boolean {
  const lane = lanes.find((one) => one.id === sample.lane);
  return (
    lane !== undefined &&
    other.target === "nginx" &&
    other.round === sample.round &&
    other.shape === sample.shape &&
    other.lane === proxyLane(lane).id
  );
}

/** One row per target and lane that was measured with long and short streams. */
export function chunkFigures(samples: readonly Sample[], lanes: readonly Lane[]): ChunkFigures[] {
  const costs = samples
    .filter((sample) => sample.shape === "small/stream")
    .flatMap((long) => {
      const short = samples.find(
        (other) =>
          other.shape === "small/stream-short" &&
          other.target === long.target &&
          other.lane === long.lane &&
          other.round === long.round,
      );
      if (short === undefined) return [];
      const micros = (long.cpuMicrosPerRequest - short.cpuMicrosPerRequest) / (longStream - shortStream);
      return [{ sample: long, micros }];
    });
  const groups = Map.groupBy(costs, ({ sample }) => `${sample.target} ${sample.lane}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const cost = spread(group.map(({ micros }) => micros));
    if (first === undefined || cost === undefined) return [];
    const ratio = spread(
      group.flatMap(({ sample, micros }) => {
        const limit = costs.find((other) => isLimitOf(other.sample, sample, lanes));
        return limit === undefined ? [] : [micros / limit.micros];
      }),
    );
    const { target, lane } = first.sample;
    return [
      {
        target,
        lane,
        cpuMicrosPerChunk: cost,
        ...(ratio === undefined ? {} : { ratioToNginx: ratio }),
      },
    ];
  });
}
