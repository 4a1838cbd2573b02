import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeTestRun, readTestCounts, type TestCounts } from "./test-counts.ts";

const scratch = mkdtempSync(join(tmpdir(), "penstock-counts-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs real test files with the real runner. */
async function runTests(
  files: Readonly<Record<string, string>>,
): Promise<{ counts: TestCounts; succeeded: boolean }> {
  const cwd = mkdtempSync(join(scratch, "run-"));
  for (const [name, text] of Object.entries(files)) await Bun.write(join(cwd, name), text);
  const report = join(cwd, "report.xml");
  const command = [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`];
  const { exitCode } = Bun.spawnSync(command, { cwd, stdio: ["ignore", "ignore", "ignore"] });
  const counts = readTestCounts(report);
  return { counts, succeeded: exitCode === 0 };
}

const head = `import { expect, test } from "bun:test";\n`;
const pass = `test("a <testsuites tests='9'>", () => expect(1).toBe(1));\n`;
const fail = `test("b", () => expect(1).toBe(2));\n`;

test("passing tests in two files are added up", async () => {
  const { counts, succeeded } = await runTests({ "a.test.ts": head + pass, "b.test.ts": head + pass + pass });
  expect(counts).toEqual({ passed: 3, failed: 0, skipped: 0 });
  expect(judgeTestRun(counts, succeeded)).toBeUndefined();
});

test("failed and skipped tests are no passes", async () => {
  const skipped = `test.${"skip"}("c", () => {});\n`;
  const { counts, succeeded } = await runTests({ "a.test.ts": head + pass + fail + skipped });
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 1 });
  expect(judgeTestRun(counts, succeeded)).toContain("failed");
  expect(judgeTestRun({ ...counts, failed: 0 }, true)).toContain("1 tests were skipped");
});

test("a file that cannot be loaded fails the run though other tests passed", async () => {
  const { counts, succeeded } = await runTests({
    "a.test.ts": head + pass,
    "b.test.ts": `import "./gone.ts";`,
  });
  expect(counts.passed).toBe(1);
  expect(judgeTestRun(counts, succeeded)).toBeDefined();
});

test("a run without tests is a failure", async () => {
  const { counts, succeeded } = await runTests({ "a.ts": "" });
  expect(counts).toEqual({ passed: 0, failed: 0, skipped: 0 });
  expect(judgeTestRun(counts, succeeded)).toBeDefined();
  expect(judgeTestRun(counts, true)).toBe("no test ran");
});
