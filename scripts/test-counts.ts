import { existsSync, readFileSync } from "node:fs";

/** How many tests a run had, by outcome. `skipped` counts whatever was listed but did not run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The counts of a JUnit report as `bun test --reporter=junit` writes it; all 0 when there is no such file. */
export function readTestCounts(path: string): TestCounts {
  const report = existsSync(path) ? readFileSync(path, "utf8") : "";
  const total = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? "";
  const count = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

/** Why a run proves nothing, or undefined when it is a success: no test is missing, skipped or failed. */
export function judgeTestRun(counts: TestCounts, exitedWithZero: boolean): string | undefined {
  if (counts.failed > 0) return "some tests failed; they are marked (fail) above";
  if (!exitedWithZero)
    return "the test run itself failed: a test file could not be loaded, or it crashed; see above";
  if (counts.passed === 0) return "no test ran";
  if (counts.skipped > 0) return `${counts.skipped} tests were skipped; make them run or delete them`;
  return undefined;
}
