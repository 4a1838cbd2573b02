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

/** Runs every case in every cell, one after another: the vendors' scripts are not to be mixed up. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { target, cases, surfaces, wires, onResult } = options;
  await using trap = startTrap();
  const results: CaseResult[] = [];
  for (const surface of surfaces) {
    for (const wire of wires) {
      for (const theCase of cases) {
        const result = await runCase(theCase, { target, surface, wire, trap });
        results.push(result);
        onResult?.(result);
      }
    }
  }
  return { target: target.name, results };
}
