/** What CI runs: format, lint, types, boundaries, generated files, tests. Stops at the first that fails. */
const bin = `${import.meta.dir}/../node_modules/.bin`;

const steps: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", `${bin}/biome`, "ci", "--error-on-warnings", "."],
  ["types", `${bin}/tsc`, "-p", "."],
  ["import boundaries", `${bin}/depcruise`, "src"],
  ["structure", process.execPath, "scripts/check-structure.ts"],
  ["generated files", process.execPath, "scripts/gen-drivers.ts", "--check"],
  ["tests", process.execPath, "test", "--timeout", "30000"],
];

for (const [name, ...command] of steps) {
  const started = performance.now();
  console.log(`— ${name}`);
  const { exitCode } = Bun.spawnSync(command, {
    cwd: `${import.meta.dir}/..`,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TZ: "UTC" },
  });
  if (exitCode !== 0) {
    console.error(`✗ ${name} failed`);
    process.exit(1);
  }
  console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
