import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { BenchError } from "../bench-error.ts";
import { chatPassthrough, chatToMessages, messagesPassthrough, messagesToChat } from "../plan/lane.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";
import { penstockConfig, upstreamKeyVariable } from "./penstock-config.ts";
import { type Target, upstreamKey } from "./target.ts";

const root = join(import.meta.dir, "../..");
const bootstrap = z.object({ gateway_key: z.string() });

/** Penstock as anyone starts it, on its embedded database, with authentication, limits, ledger and losses on. */
export const penstock: Target = {
  name: "penstock",
  label: "Penstock, everything on",
  lanes: [chatPassthrough, messagesToChat, chatToMessages, messagesPassthrough],
  version: () => packageJson.version,

  async start(host, options = {}) {
    const directory = join(host.directory, "penstock");
    const data = join(directory, "data");
    mkdirSync(data, { recursive: true });
    const config = join(directory, "penstock.yaml");
    writeFileSync(config, penstockConfig(host.upstreamPort));
    const port = freePort();
    const since = performance.now();
    const child = host.children.spawn({
      name: "penstock",
      role: "target",
      command: [
        process.execPath,
        ...(options.runtimeArguments ?? []),
        join(root, "src/cli/main.ts"),
        "serve",
      ],
      cwd: directory,
      env: {
        PENSTOCK_PORT: String(port),
        PENSTOCK_HOST: "127.0.0.1",
        PENSTOCK_DATA: data,
        PENSTOCK_CONFIG: config,
        [upstreamKeyVariable]: upstreamKey,
      },
    });
    const startMs = await waitUntilUp({ child, port, path: "/readyz", since });
    return {
      name: "penstock",
      lanes: penstock.lanes,
      pid: child.process.pid,
      port,
      key: readKey(join(data, "bootstrap.json")),
      // Its ledger writes what the queue holds at intervals; that work belongs to the load before it.
      settleMs: 300,
      startMs,
      stop: () => child.stop(10_000),
    };
  },
};

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
