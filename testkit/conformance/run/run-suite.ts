import type { SurfaceAdapter } from "../surfaces/surface.ts";
import type { WireAdapter } from "../wires/wire.ts";
import type { CaseResult, SuiteResult } from "./result.ts";
import { type GroupedCase, measuresTime, runCase } from "./run-case.ts";
import type { Target } from "./target.ts";
import { startTrap } from "./trap.ts";

/** How a case is run: see `runSuite`. */
type Kind = "waits" | "keepalives" | "timed" | "plain";

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
 * Runs every case in every cell, one after another: many measure time, or fail in the middle. Only two kinds go on beside
 * the others, before mocks of their own: those that wait for Penstock to give a vendor up, one lane a wire, and those that
 * wait for keepalives, beside what does little work either. Another gateway is not pressed so.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { target, cases, surfaces, wires, onResult } = options;
  await using trap = startTrap();
  const runs = surfaces.flatMap((surface) =>
    wires.flatMap((wire) => cases.map((theCase): Run => ({ surface, wire, theCase }))),
  );
  const done = new Map<Run, CaseResult>();
  const inTurn = async (lane: readonly Run[], at = target) => {
    for (const run of lane) {
      const { surface, wire, theCase } = run;
      const result = await runCase(theCase, { target: at, surface, wire, trap });
      done.set(run, result);
      onResult?.(result);
    }
  };
  const { aside, patient } = target;
  const kindOf = ({ theCase }: Run): Kind => {
    if (aside !== undefined && onlyWaits(theCase)) return "waits";
    if (patient !== undefined && theCase.requires === "keepalives") return "keepalives";
    return measuresTime(theCase) ? "timed" : "plain";
  };
  const ofKind = (kind: Kind) => runs.filter((run) => kindOf(run) === kind);
  const waiting = ofKind("waits");
  await Promise.all([
    ...wires.map((wire) =>
      inTurn(
        waiting.filter((run) => run.wire === wire),
        aside,
      ),
    ),
    (async () => {
      await Promise.all([inTurn(ofKind("keepalives")), inTurn(ofKind("timed"))]);
      await inTurn(ofKind("plain"));
    })(),
  ]);
  return { target: target.name, results: runs.flatMap((run) => done.get(run) ?? []) };
}

function onlyWaits({ steps }: GroupedCase): boolean {
  return steps.some(
    ({ reply }) => typeof reply === "object" && "ending" in reply && reply.ending === "heartbeats",
  );
}
