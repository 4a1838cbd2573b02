import type { SourceTree } from "./source-tree.ts";
import type { Violation } from "./violation.ts";

const mostLines = 500;

/** No file that is written by hand is longer than 500 lines. */
export function checkFileSizes(tree: SourceTree): Violation[] {
  return tree.typescript
    .filter((file) => file.path.startsWith("src/") && !file.isGenerated)
    .map((file) => ({ path: file.path, lines: countLines(file.text) }))
    .filter(({ lines }) => lines > mostLines)
    .map(({ path, lines }) => ({
      path,
      line: mostLines + 1,
      problem: `${lines} lines, ${lines - mostLines} more than a reader should hold in mind`,
      fix: "move one of its ideas into a file of its own",
    }));
}

/** One line on how long the source files are (tests and generated files left out), for the eye. */
export function describeFileSizes(tree: SourceTree): string {
  const files = tree.typescript
    .filter((file) => file.path.startsWith("src/") && !file.isGenerated && !file.isTest)
    .map((file) => ({ path: file.path, lines: countLines(file.text) }))
    .sort((a, b) => a.lines - b.lines);
  const at = (share: number): number => files[Math.ceil(files.length * share) - 1]?.lines ?? 0;
  const longest = files.at(-1);
  if (longest === undefined) return "no source files";
  return `${files.length} source files, median ${at(0.5)} lines (aim ≤ 80), p90 ${at(0.9)} (aim ≤ 300), longest ${longest.lines} (${longest.path})`;
}

function countLines(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}
