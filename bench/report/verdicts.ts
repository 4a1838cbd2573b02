import type { OpenLoopSample } from "../measure/added-latency.ts";
import type { OpenStreamFigures } from "../measure/open-streams.ts";
import type { SlowReaderFigures } from "../measure/slow-readers.ts";
import type { StartFigures } from "../measure/starts.ts";
import { allLanes, translates } from "../plan/lane.ts";
import { jsonShape } from "../plan/shape.ts";
import type { CellFigures, ChunkFigures } from "./figures.ts";
import { spread } from "./statistics.ts";

/** One promise of Penstock's performance budget, held against what was measured. */
export interface Verdict {
  readonly promise: string;
  readonly limit: number;
  readonly unit: "× nginx" | "× Portkey" | "ms" | "MB";
  /** Absent when this run did not measure it; `note` says why. */
  readonly measured?: number;
  readonly outcome: "met" | "missed" | "not measured";
  /** How far above the limit, as a share of it. */
  readonly missedBy?: number;
  /** The case a profile should look into. */
  readonly case?: string;
  /** Part of the budget itself; otherwise shown for comparison, such as larger bodies. */
  readonly binding: boolean;
  readonly note?: string;
}

/** Everything a run measured. */
export interface Measurements {
  readonly cells: readonly CellFigures[];
  readonly chunks: readonly ChunkFigures[];
  readonly openLoop: readonly OpenLoopSample[];
  readonly starts: readonly StartFigures[];
  readonly openStreams: readonly OpenStreamFigures[];
  readonly slowReaders: readonly SlowReaderFigures[];
}

const translated = allLanes.filter(translates).map((lane) => lane.id);
const megabyte = 1e6;
const plainShape = jsonShape("small").id;

/** Holds Penstock's figures against its budget (docs/performance.md). */
export function judge(measurements: Measurements): Verdict[] {
  return [
    ...requestVerdicts(measurements.cells),
    ...peerVerdicts(measurements.cells),
    ...chunkVerdicts(measurements.chunks),
    ...addedLatencyVerdicts(measurements.openLoop),
    ...processVerdicts(measurements),
  ];
}

function requestVerdicts(cells: readonly CellFigures[]): Verdict[] {
  return cells
    .filter((cell) => cell.target === "penstock" && cell.shape.endsWith("/json"))
    .map((cell) => {
      const crossing = translated.includes(cell.lane);
      return verdict({
        promise: `CPU per request, ${crossing ? "translated" : "passthrough"}, ${cell.lane}/${cell.shape}`,
        limit: crossing ? 6 : 4,
        unit: "× nginx",
        measured: cell.ratioToNginx?.median,
        case: `${cell.lane}/${cell.shape}`,
        binding: cell.shape === "small/json",
        absence: "nginx was not measured",
      });
    });
}

/** At least ten times cheaper than the peer, with more features on. */
function peerVerdicts(cells: readonly CellFigures[]): Verdict[] {
  return cells
    .filter((cell) => cell.target === "portkey" && cell.shape === plainShape)
    .map((peer) => {
      const ours = cells.find(
        (cell) => cell.target === "penstock" && cell.lane === peer.lane && cell.shape === peer.shape,
      );
      return verdict({
        promise: `CPU per request, ${peer.lane}/${peer.shape}`,
        limit: 0.1,
        unit: "× Portkey",
        measured: ours && ours.cpuMicrosPerRequest.median / peer.cpuMicrosPerRequest.median,
        binding: true,
        absence: "Penstock was not measured",
      });
    });
}

function chunkVerdicts(chunks: readonly ChunkFigures[]): Verdict[] {
  return chunks
    .filter((chunk) => chunk.target === "penstock")
    .map((chunk) => {
      const crossing = translated.includes(chunk.lane);
      return verdict({
        promise: `CPU per chunk, ${crossing ? "translated" : "relayed and metered"}, ${chunk.lane}`,
        limit: crossing ? 3 : 2,
        unit: "× nginx",
        measured: chunk.ratioToNginx?.median,
        case: `${chunk.lane}/small/stream`,
        binding: true,
        absence: "nginx was not measured",
      });
    });
}

function addedLatencyVerdicts(samples: readonly OpenLoopSample[]): Verdict[] {
  const p99 = (target: string, lane: string): number | undefined =>
    spread(
      samples
        .filter((one) => one.target === target && one.lane === lane && one.shape === plainShape)
        .map((one) => one.latency.p99),
    )?.median;
  const direct = p99("direct", "chat-chat");
  const lanes = [...new Set(samples.filter((s) => s.target === "penstock").map((s) => s.lane))];
  return lanes.map((lane) => {
    const through = p99("penstock", lane);
    return verdict({
      promise: `p99 added at 1,000 requests/s, ${lane}`,
      limit: 1,
      unit: "ms",
      measured: through === undefined || direct === undefined ? undefined : through - direct,
      binding: true,
      absence: "the upstream alone was not measured",
    });
  });
}

function processVerdicts(measurements: Measurements): Verdict[] {
  const start = measurements.starts.find((one) => one.target === "penstock");
  const streams = measurements.openStreams.find((one) => one.target === "penstock");
  const slow = measurements.slowReaders.find((one) => one.target === "penstock");
  if (start === undefined) return [];
  return [
    verdict({
      promise: "cold start on existing data",
      limit: 300,
      unit: "ms",
      measured: spread(start.startMs.slice(1))?.median,
      binding: true,
      absence: "it was started only once",
    }),
    verdict({
      promise: "memory when idle",
      limit: 90,
      unit: "MB",
      measured: start.idleResidentBytes / megabyte,
      binding: true,
      absence: "",
    }),
    verdict({
      promise: "memory with 2,000 open streams",
      limit: 300,
      unit: "MB",
      measured: streams?.failures === 0 ? streams.peakResidentBytes / megabyte : undefined,
      binding: true,
      absence: streams === undefined ? "only a full run opens them" : `${streams.failures} streams failed`,
    }),
    verdict({
      promise: "memory with 2,000 slow readers of 0.5 MB each, every byte in order",
      limit: 300,
      unit: "MB",
      measured: slow?.failures === 0 ? slow.peakResidentBytes / megabyte : undefined,
      binding: true,
      absence: slow === undefined ? "only a full run has them" : `${slow.firstFailure}`,
    }),
  ];
}

function verdict(options: {
  readonly promise: string;
  readonly limit: number;
  readonly unit: Verdict["unit"];
  readonly measured: number | undefined;
  readonly case?: string;
  readonly binding: boolean;
  readonly absence: string;
}): Verdict {
  const { promise, limit, unit, measured, binding, absence } = options;
  const about = {
    promise,
    limit,
    unit,
    binding,
    ...(options.case === undefined ? {} : { case: options.case }),
  };
  if (measured === undefined) return { ...about, outcome: "not measured", note: absence };
  if (measured <= limit) return { ...about, measured, outcome: "met" };
  return { ...about, measured, outcome: "missed", missedBy: measured / limit - 1 };
}
