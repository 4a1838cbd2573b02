#!/usr/bin/env node
// Runs Penstock on the pinned Bun, after installing what the lockfile says if that has not been done. Plain Node, so
// that Node with npm is all a machine needs.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledEntry, keepWhileRunning } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".penstock-lock");
const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

/** Only the server is worth making a bundle for; the other commands use the one it has made. */
function program() {
  const bundle = bundledEntry({ root, bun: bunPath, lockHash, build: args[0] === "serve" });
  if (bundle === undefined) return join(root, "src/cli/main.ts");
  keepWhileRunning(bundle);
  return bundle;
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash;
}

function install() {
  process.stderr.write("Installing what package-lock.json lists (once) …\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (npm.status !== 0) {
    process.stderr.write("npm ci failed; see above.\n");
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, lockHash);
}

if (!installed()) install();

const args = process.argv.slice(2);
const bunPath = join(root, "node_modules", ".bin", "bun");
const entry = args[0] === "--script" ? [join(root, args[1]), ...args.slice(2)] : [program(), ...args];
// Bun reads these before any code runs. Its cap on concurrent fetches (256) would hold calls up. And a heap may grow to twice what is
// alive before it is collected, as long as that is less than a quarter of the memory it takes the machine to have: with 2,000 streams
// that was half a gigabyte of garbage.
const env = {
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65336",
  // Tests and benchmarks have heaps of another size.
  ...(args[0] !== "--script" && { BUN_JSC_forceRAMSize: String(192 * 1024 * 1024) }),
  ...process.env,
};
const bun = spawn(bunPath, entry, { stdio: "inherit", env });

// The child decides when it is done: a drain must not be cut short by its parent.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole group, so the child already has it.
    if (signal !== "SIGINT" || !process.stdin.isTTY) bun.kill(signal);
  });
}
bun.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
