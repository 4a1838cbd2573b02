import type { SurfaceAdapter } from "../surfaces/surface.ts";
import type { WireAdapter } from "../wires/wire.ts";
import type { CaseResult, SuiteResult } from "./result.ts";
import { type GroupedCase, runCase } from "./run-case.ts";
import type { Target } from "./target.ts";
import { startTrap } from "./trap.ts";

/** What is run against what. */
export interface SuiteOptions {
  readonly target: Target;
  readonly cases: readonly GroupedCase[];
  readonly surfaces: readonly SurfaceAdapter[];
  readonly wires: readonly WireAdapter[];
  readonly onResult?: (result: CaseResult) => void;
}

interface Run {
  readonly surface: SurfaceAdapter;
  readonly wire: WireAdapter;
  readonly theCase: GroupedCase;
}

/**
 * Runs every case in every cell, one after another: most measure time, or fail in the middle. Only those that do nothing but
 * wait for Penstock to give a vendor up go side by side, one lane a wire; another gateway is not pressed so.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { target, cases, surfaces, wires, onResult } = options;
  await using trap = startTrap();
  const runs = surfaces.flatMap((surface) =>
    wires.flatMap((wire) => cases.map((theCase): Run => ({ surface, wire, theCase }))),
  );
  const done = new Map<Run, CaseResult>();
  const inTurn = async (lane: readonly Run[]) => {
    for (const run of lane) {
      const { surface, wire, theCase } = run;
      const result = await runCase(theCase, { target, surface, wire, trap });
      done.set(run, result);
      onResult?.(result);
    }
  };
  const waits = ({ theCase }: Run) => target.isPenstock && onlyWaits(theCase);
  await Promise.all(wires.map((wire) => inTurn(runs.filter((run) => run.wire === wire && waits(run)))));
  await inTurn(runs.filter((run) => !waits(run)));
  return { target: target.name, results: runs.flatMap((run) => done.get(run) ?? []) };
}

function onlyWaits({ steps }: GroupedCase): boolean {
  return steps.some(
    ({ reply }) => typeof reply === "object" && "ending" in reply && reply.ending === "heartbeats",
  );
}
