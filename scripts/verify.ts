/**
 * What CI runs: format, lint, boundaries, structure, generated files, then tests, and the types beside them all. What comes first must
 * pass first. The last line says how many tests passed and failed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgeTestRun, readTestCounts } from "./test-counts.ts";

const root = `${import.meta.dir}/..`;
const bin = `${root}/node_modules/.bin`;
// Biome colours what goes into a file, too.
const colors = process.stdout.isTTY ? "force" : "off";

type Check = readonly [name: string, ...command: string[]];

const types: Check = ["types", `${bin}/tsc`, "-p", "."];

const checks: readonly Check[] = [
  ["format and lint", `${bin}/biome`, "ci", "--error-on-warnings", `--colors=${colors}`, "."],
  ["structure", process.execPath, "scripts/check-structure.ts"],
  ["generated registry", process.execPath, "scripts/gen-drivers.ts", "--check"],
  ["generated prices", process.execPath, "scripts/gen-prices.ts", "--check"],
  ["import boundaries", `${bin}/depcruise`, "src"],
];

async function runInTurn(each: readonly Check[]): Promise<boolean> {
  for (const check of each) if (!(await run(check))) return false;
  return true;
}

async function run([name, ...command]: Check): Promise<boolean> {
  const started = performance.now();
  console.log(`— ${name}`);
  const child = Bun.spawn(command, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TZ: "UTC" },
  });
  const exitCode = await child.exited;
  if (exitCode === 0) console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  else console.error(`✗ ${name} failed`);
  return exitCode === 0;
}

/**
 * What takes long must not be the last to begin. In order; all other files take seconds. The first two run while the types are still
 * being checked, so what watches the clock is not among them.
 */
const longest = [
  "testkit/conformance/conformance.test.ts",
  "src/cli/cli.test.ts",
  "src/services/sessions/sessions.test.ts",
  "testkit/e2e/workers-faults.test.ts",
  "src/api/idempotency.test.ts",
  "testkit/e2e/sign-ins.test.ts",
];

/** Every file is named: the runner begins with those whose time it does not know. */
function startLongestFirst(folder: string): string {
  const path = join(folder, "timings.json");
  const files: Record<string, number> = {};
  for (const file of new Bun.Glob("{bench,scripts,src,testkit}/**/*.test.ts").scanSync(root)) files[file] = 1;
  for (const [index, file] of longest.entries()) files[file] = 1 + longest.length - index;
  writeFileSync(path, JSON.stringify({ version: 1, files }));
  return path;
}

// As long as all other checks, and half a minute of the tests.
const typesHold = run(types);
if (!(await runInTurn(checks))) {
  await typesHold;
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), "penstock-verify-"));
try {
  const report = join(scratch, "tests.xml");
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  // Two processes, since much of the time is waiting; more would make tests of timing meet each other.
  const workers = ["--parallel=2", "--no-isolate", `--timings=${startLongestFirst(scratch)}`];
  const options = ["--timeout", "30000", ...workers, ...reporter];
  const succeeded = await run(["tests", process.execPath, "test", ...options]);
  const counts = readTestCounts(report);
  const problem = (await typesHold) ? judgeTestRun(counts, succeeded) : "the types do not hold; see above";
  const summary = `tests: ${counts.passed} passed, ${counts.failed} failed`;
  if (problem === undefined) console.log(summary);
  else console.error(`✗ ${summary}: ${problem}`);
  process.exitCode = problem === undefined ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
