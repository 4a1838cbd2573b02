import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { BenchError } from "../bench-error.ts";

const folder = join(import.meta.dir, "../peers/portkey");
const packageFolder = join(folder, "node_modules/@portkey-ai/gateway");

/**
 * The program of Portkey's gateway, installed from npm at its locked version when it is not there yet; no package may run a
 * script on the way. Throws `BenchError` when that fails.
 */
export function findPortkey(): string {
  const program = join(packageFolder, "build/start-server.js");
  if (existsSync(program)) return program;
  process.stderr.write("installing Portkey's gateway under bench/peers/portkey …\n");
  const command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { exitCode } = Bun.spawnSync(command, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  if (exitCode === 0 && existsSync(program)) return program;
  throw new BenchError(
    "Portkey's gateway could not be installed from npm.",
    "Run `npm ci --ignore-scripts` in bench/peers/portkey by hand, or measure without it: --targets nginx,minimal,penstock.",
  );
}

/** The version that is installed. */
export function portkeyVersion(): string {
  const text = readFileSync(join(packageFolder, "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
