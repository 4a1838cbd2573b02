import { BenchError } from "../bench-error.ts";
import { type Cell, caseId, cellsOf, fullPlan } from "../plan/plan.ts";
import type { TargetName } from "../targets/target.ts";

/** The cell a case id names. Throws `BenchError` that lists what there is. */
export function findCase(id: string, target: TargetName): Cell {
  const cells = [...fullPlan.shapes, ...fullPlan.comparedShapes].flatMap((shape) => cellsOf(shape, [target]));
  const found = cells.find((cell) => caseId(cell) === id);
  if (found !== undefined) return found;
  throw new BenchError(
    `There is no case ${id} for ${target}.`,
    `Use one of:\n  ${cells.map(caseId).join("\n  ")}`,
  );
}
