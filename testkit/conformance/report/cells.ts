import type { SurfaceId, WireId } from "../model/ids.ts";
import type { CaseResult, Verdict } from "../run/result.ts";

/** The results of one surface on one wire. */
export interface Cell {
  readonly surface: SurfaceId;
  readonly wire: WireId;
  readonly results: readonly CaseResult[];
}

/** The verdicts in the order of the report. */
export const verdicts: readonly Verdict[] = ["pass", "loss", "known", "fail", "n.a."];

/** Results by cell, in the order they came. */
export function cellsOf(results: readonly CaseResult[]): readonly Cell[] {
  const cells = new Map<string, CaseResult[]>();
  for (const result of results) {
    const key = `${result.surface} ${result.wire}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [result]);
    else cell.push(result);
  }
  return [...cells.values()].flatMap((cell) => {
    const [first] = cell;
    return first === undefined ? [] : [{ surface: first.surface, wire: first.wire, results: cell }];
  });
}

/** How many results of a cell have this verdict. */
export function countOf({ results }: Pick<Cell, "results">, verdict: Verdict): number {
  return results.filter((result) => result.verdict === verdict).length;
}
