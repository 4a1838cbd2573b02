import type { OpenLoopSample } from "../measure/added-latency.ts";
import type { OpenStreamFigures } from "../measure/open-streams.ts";
import type { WrongLane } from "../measure/preflight.ts";
import type { Sample } from "../measure/sample.ts";
import type { SlowReaderFigures } from "../measure/slow-readers.ts";
import type { StartFigures } from "../measure/starts.ts";
import type { ProfileFigures } from "../profile/profile-case.ts";
import type { CellFigures, ChunkFigures } from "./figures.ts";
import type { MachineFacts } from "./machine.ts";
import type { Verdict } from "./verdicts.ts";

/** What `bench/report.json` holds. */
export interface BenchReport {
  readonly plan: "quick" | "full";
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Rounds that were finished; fewer than planned when time ran out. */
  readonly rounds: number;
  readonly machine: MachineFacts;
  /** What peers answered wrongly before anything was measured; not measured. */
  readonly wrongLanes: readonly WrongLane[];
  /** Version of each target by its name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly verdicts: readonly Verdict[];
  readonly cells: readonly CellFigures[];
  readonly chunks: readonly ChunkFigures[];
  readonly openLoop: readonly OpenLoopSample[];
  readonly starts: readonly StartFigures[];
  readonly openStreams: readonly OpenStreamFigures[];
  readonly slowReaders: readonly SlowReaderFigures[];
  readonly profiles: readonly ProfileFigures[];
  /** Every single measurement the figures above are made of. */
  readonly samples: readonly Sample[];
}
