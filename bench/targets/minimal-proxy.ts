import { join } from "node:path";
import { chatPassthrough } from "../plan/lane.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";
import { type Target, upstreamKey } from "./target.ts";

const program = join(import.meta.dir, "../peers/minimal-proxy.ts");

/** A reference: what the runtime alone costs, without anything a gateway is for. */
export const minimalProxy: Target = {
  name: "minimal",
  label: "minimal Bun proxy",
  lanes: [chatPassthrough],
  version: () => `Bun ${Bun.version}`,

  async start(host, options = {}) {
    const port = freePort();
    const since = performance.now();
    const child = host.children.spawn({
      name: "minimal",
      role: "target",
      command: [
        process.execPath,
        ...(options.runtimeArguments ?? []),
        program,
        String(port),
        String(host.upstreamPort),
      ],
      // Bun's default cap is 256 concurrent fetches.
      env: { BUN_CONFIG_MAX_HTTP_REQUESTS: "16384" },
    });
    const startMs = await waitUntilUp({ child, port, path: "/healthz", since });
    return {
      name: "minimal",
      lanes: minimalProxy.lanes,
      pid: child.process.pid,
      port,
      key: upstreamKey,
      settleMs: 50,
      startMs,
      stop: () => child.stop(),
    };
  },
};
