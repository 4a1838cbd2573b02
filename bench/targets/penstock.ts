import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { BenchError } from "../bench-error.ts";
import { allLanes } from "../plan/lane.ts";
import type { Child } from "../process/children.ts";
import { processTree } from "../process/cpu-time.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";
import { penstockConfig, upstreamKeyVariable } from "./penstock-config.ts";
import { type Target, upstreamKey } from "./target.ts";

const root = join(import.meta.dir, "../..");
const program = "src/cli/main.ts";
const bootstrap = z.object({ gateway_key: z.string() });

/** Penstock as anyone starts it, on its embedded database, with authentication, limits, ledger and losses on. */
export const penstock: Target = {
  name: "penstock",
  label: "Penstock, everything on",
  lanes: allLanes,
  version: () => packageJson.version,

  async start(host, options = {}) {
    const directory = join(host.directory, "penstock");
    const data = join(directory, "data");
    mkdirSync(data, { recursive: true });
    const config = join(directory, "penstock.yaml");
    writeFileSync(config, penstockConfig(host.upstreamPort));
    const port = freePort();
    const child = host.children.spawn({
      name: "penstock",
      role: "target",
      command: startCommand(options.runtimeArguments),
      cwd: directory,
      env: {
        PENSTOCK_PORT: String(port),
        PENSTOCK_HOST: "127.0.0.1",
        PENSTOCK_DATA: data,
        PENSTOCK_CONFIG: config,
        [upstreamKeyVariable]: upstreamKey,
      },
    });
    const pid = options.runtimeArguments === undefined ? await launchedPid(child) : child.process.pid;
    const since = performance.now();
    const startMs = await waitUntilUp({ child, port, path: "/readyz", since });
    return {
      name: "penstock",
      lanes: penstock.lanes,
      pid,
      port,
      key: readKey(join(data, "bootstrap.json")),
      // Its ledger writes what the queue holds at intervals; that work belongs to the load before it.
      settleMs: 250,
      startMs,
      stop: () => child.stop(10_000),
    };
  },
};

// The launcher of `npm start` decides the runtime's environment; a profile needs the runtime's own arguments instead.
function startCommand(runtimeArguments: readonly string[] | undefined): string[] {
  return runtimeArguments === undefined
    ? [Bun.which("node") ?? process.execPath, join(root, "scripts/launch.mjs"), "serve"]
    : [process.execPath, ...runtimeArguments, join(root, program), "serve"];
}

/** The process the launcher starts: the one that is measured, from the moment it is there. */
async function launchedPid(child: Child): Promise<number> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline && child.process.exitCode === null) {
    const launched = processTree(child.process.pid).slice(1).find(isPenstock);
    if (launched !== undefined) return launched;
    await Bun.sleep(1);
  }
  throw new BenchError(
    `Penstock's launcher started nothing.\n${child.logTail()}`,
    "Run `npm start` by hand.",
  );
}

// The launcher may install packages first, which is a child too.
function isPenstock(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes("serve") && /\/main\.(js|ts)$/.test(words[1] ?? "");
  } catch {
    return false;
  }
}

function readKey(path: string): string {
  try {
    return bootstrap.parse(JSON.parse(readFileSync(path, "utf8"))).gateway_key;
  } catch (error) {
    throw new BenchError(
      `Penstock started but left no usable key in bootstrap.json (${String(error)}).`,
      "See whether its first start finished.",
    );
  }
}
