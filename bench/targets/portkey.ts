import { chatPassthrough, chatToMessages, type Lane } from "../plan/lane.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";
import { findPortkey, portkeyVersion } from "./portkey-install.ts";
import { type Target, upstreamKey } from "./target.ts";

/**
 * A peer: Portkey's open gateway as published, which keeps no keys, limits, budgets or ledger. The vendor's own key travels with
 * the request, and headers say where it goes.
 */
export const portkey: Target = {
  name: "portkey",
  label: "Portkey's gateway",
  lanes: [chatPassthrough, chatToMessages],
  version: portkeyVersion,

  async start(host) {
    const program = findPortkey();
    const port = freePort();
    const since = performance.now();
    const child = host.children.spawn({
      name: "portkey",
      role: "target",
      command: [Bun.which("node") ?? "node", program, `--port=${port}`, "--headless"],
      env: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1" },
    });
    const startMs = await waitUntilUp({ child, port, path: "/", since });
    return {
      name: "portkey",
      lanes: portkey.lanes,
      pid: child.process.pid,
      port,
      key: upstreamKey,
      headers: (lane) => headersOf(lane, host.upstreamPort),
      settleMs: 100,
      startMs,
      stop: () => child.stop(),
    };
  },
};

function headersOf({ wire }: Lane, upstreamPort: number): Readonly<Record<string, string>> {
  return {
    "x-portkey-provider": wire === "anthropic-messages" ? "anthropic" : "openai",
    "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
  };
}
