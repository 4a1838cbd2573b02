/**
 * What CI runs: format, lint, types, boundaries, structure, generated files, then tests. What comes first must pass first.
 * The last line says how many tests passed and failed.
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

/** Two lanes side by side: the types take as long as all the rest. */
const checks: readonly (readonly Check[])[] = [
  [["types", `${bin}/tsc`, "-p", "."]],
  [
    ["format and lint", `${bin}/biome`, "ci", "--error-on-warnings", `--colors=${colors}`, "."],
    ["structure", process.execPath, "scripts/check-structure.ts"],
    ["generated registry", process.execPath, "scripts/gen-drivers.ts", "--check"],
    ["generated prices", process.execPath, "scripts/gen-prices.ts", "--check"],
    ["import boundaries", `${bin}/depcruise`, "src"],
  ],
];

async function runLane(lane: readonly Check[]): Promise<boolean> {
  for (const [name, ...command] of lane) if (!(await run(name, command))) return false;
  return true;
}

async function run(name: string, command: readonly string[]): Promise<boolean> {
  const started = performance.now();
  console.log(`— ${name}`);
  const child = Bun.spawn([...command], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TZ: "UTC" },
  });
  const exitCode = await child.exited;
  if (exitCode === 0) console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  else console.error(`✗ ${name} failed`);
  return exitCode === 0;
}

/** What takes long must not be the last to begin. Milliseconds, roughly; all other files take seconds. */
const longest: Readonly<Record<string, number>> = {
  "testkit/conformance/conformance.test.ts": 80_000,
  "testkit/e2e/workers-faults.test.ts": 25_000,
  "src/cli/cli.test.ts": 17_000,
  "src/services/sessions/sessions.test.ts": 17_000,
  "src/api/idempotency.test.ts": 14_000,
  "testkit/e2e/sign-ins.test.ts": 12_000,
};

/** Every file is named: the runner begins with those whose time it does not know. */
function startLongestFirst(folder: string): string {
  const path = join(folder, "timings.json");
  const files: Record<string, number> = {};
  for (const file of new Bun.Glob("{bench,scripts,src,testkit}/**/*.test.ts").scanSync(root))
    files[file] = longest[file] ?? 1_000;
  writeFileSync(path, JSON.stringify({ version: 1, files }));
  return path;
}

if ((await Promise.all(checks.map(runLane))).includes(false)) process.exit(1);

const scratch = mkdtempSync(join(tmpdir(), "penstock-verify-"));
try {
  const report = join(scratch, "tests.xml");
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  // Two processes, since much of the time is waiting; more would make tests of timing meet each other.
  const workers = ["--parallel=2", "--no-isolate", `--timings=${startLongestFirst(scratch)}`];
  const succeeded = await run("tests", [
    process.execPath,
    "test",
    "--timeout",
    "30000",
    ...workers,
    ...reporter,
  ]);
  const counts = readTestCounts(report);
  const problem = judgeTestRun(counts, succeeded);
  const summary = `tests: ${counts.passed} passed, ${counts.failed} failed`;
  if (problem === undefined) console.log(summary);
  else console.error(`✗ ${summary}: ${problem}`);
  process.exitCode = problem === undefined ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
