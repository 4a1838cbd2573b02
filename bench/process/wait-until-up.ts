import { BenchError } from "../bench-error.ts";
import type { Child } from "./children.ts";

/**
 * Polls `path` every 2 ms until it answers 200; returns the milliseconds since `since` (`performance.now()`). Throws
 * `BenchError` with the child's last words when it ends first or takes longer than 20 s.
 */
export async function waitUntilUp(options: {
  readonly child: Child;
  readonly port: number;
  readonly path: string;
  readonly since: number;
}): Promise<number> {
  const { child, port, path, since } = options;
  while (performance.now() - since < 20_000) {
    if (child.process.exitCode !== null) break;
    if (await answers(`http://127.0.0.1:${port}${path}`)) return performance.now() - since;
    await Bun.sleep(2);
  }
  throw new BenchError(
    `${child.name} did not come up (exit code ${child.process.exitCode}).\n${child.logTail()}`,
    `Start it by hand and see why, or leave it out with --targets.`,
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
