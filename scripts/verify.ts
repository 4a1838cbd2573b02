/**
 * What CI runs: format, lint, types, boundaries, structure, generated files, tests. Stops at the first that fails.
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

const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", `${bin}/biome`, "ci", "--error-on-warnings", `--colors=${colors}`, "."],
  ["types", `${bin}/tsc`, "-p", "."],
  ["import boundaries", `${bin}/depcruise`, "src"],
  ["structure", process.execPath, "scripts/check-structure.ts"],
  ["generated files", process.execPath, "scripts/gen-drivers.ts", "--check"],
];

function run(name: string, command: readonly string[]): boolean {
  const started = performance.now();
  console.log(`— ${name}`);
  const { exitCode } = Bun.spawnSync([...command], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TZ: "UTC" },
  });
  if (exitCode === 0) console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  else console.error(`✗ ${name} failed`);
  return exitCode === 0;
}

/** The suite that takes minutes must not be the last to begin. Milliseconds, roughly. */
function startLongestFirst(folder: string): string {
  const path = join(folder, "timings.json");
  writeFileSync(
    path,
    JSON.stringify({ version: 1, files: { "testkit/conformance/conformance.test.ts": 200_000 } }),
  );
  return path;
}

for (const [name, ...command] of checks) if (!run(name, command)) process.exit(1);

const scratch = mkdtempSync(join(tmpdir(), "penstock-verify-"));
try {
  const report = join(scratch, "tests.xml");
  const reporter = ["--reporter=junit", `--reporter-outfile=${report}`];
  // Two processes, since much of the time is waiting; more would make tests of timing meet each other.
  const workers = ["--parallel=2", "--no-isolate", `--timings=${startLongestFirst(scratch)}`];
  const succeeded = run("tests", [process.execPath, "test", "--timeout", "30000", ...workers, ...reporter]);
  const counts = readTestCounts(report);
  const problem = judgeTestRun(counts, succeeded);
  const summary = `tests: ${counts.passed} passed, ${counts.failed} failed`;
  if (problem === undefined) console.log(summary);
  else console.error(`✗ ${summary}: ${problem}`);
  process.exitCode = problem === undefined ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
