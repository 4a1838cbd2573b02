import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chatPassthrough, messagesPassthrough } from "../plan/lane.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";
import { findNginx } from "./nginx-binary.ts";
import { nginxConfig } from "./nginx-config.ts";
import { type Target, upstreamKey } from "./target.ts";

/** The proxy limit: forwards the same bytes to the upstream that speaks the client's own protocol. */
export const nginx: Target = {
  name: "nginx",
  label: "nginx, plain proxy",
  lanes: [chatPassthrough, messagesPassthrough],
  version: () => Bun.spawnSync([findNginx(), "-v"]).stderr.toString().trim().replace("nginx version: ", ""),

  async start(host) {
    const directory = join(host.directory, "nginx");
    mkdirSync(directory, { recursive: true });
    const port = freePort();
    const configPath = join(directory, "nginx.conf");
    const asRoot = process.getuid?.() === 0;
    writeFileSync(configPath, nginxConfig({ directory, port, upstreamPort: host.upstreamPort, asRoot }));
    const since = performance.now();
    const child = host.children.spawn({
      name: "nginx",
      role: "target",
      command: [findNginx(), "-p", directory, "-c", configPath, "-e", "stderr"],
    });
    const startMs = await waitUntilUp({ child, port, path: "/healthz", since });
    return {
      name: "nginx",
      lanes: nginx.lanes,
      pid: child.process.pid,
      port,
      key: upstreamKey,
      settleMs: 50,
      startMs,
      stop: () => child.stop(),
    };
  },
};
