import type { SuiteResult } from "../run/result.ts";
import { cellsOf, countOf, verdicts } from "./cells.ts";

/** The run for a terminal: a line per cell, then every failure in one line. */
export function printTable({ target, results }: SuiteResult): string {
  const head = ["surface", "wire", ...verdicts];
  const rows = cellsOf(results).map((cell) => [
    cell.surface,
    cell.wire,
    ...verdicts.map((verdict) => String(countOf(cell, verdict))),
  ]);
  const failed = results.filter(({ verdict }) => verdict === "fail" || verdict === "known");
  const lines = failed.map(
    ({ id, surface, wire, verdict, reason = "", known }) =>
      `${verdict}  ${id}  ${surface} on ${wire}  ${known ?? reason}`,
  );
  const failures = lines.length === 0 ? ["Nothing fails."] : lines;
  return [`Conformance of ${target}`, "", ...columns([head, ...rows]), "", ...failures].join("\n");
}

/** The first two columns to the left, the figures to the right. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
