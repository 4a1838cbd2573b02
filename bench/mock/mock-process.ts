import { join } from "node:path";
import type { Child, Children } from "../process/children.ts";
import { freePort } from "../process/free-port.ts";
import { waitUntilUp } from "../process/wait-until-up.ts";

/** The mock upstream in its own process. */
export interface MockProcess {
  readonly child: Child;
  readonly port: number;
}

/** Starts the mock upstream beside the load generator, away from the target's core. */
export async function startMockProcess(children: Children): Promise<MockProcess> {
  const port = freePort();
  const since = performance.now();
  const child = children.spawn({
    name: "mock",
    role: "surroundings",
    command: [process.execPath, join(import.meta.dir, "main.ts"), String(port)],
  });
  await waitUntilUp({ child, port, path: "/v1/models", since });
  return { child, port };
}
