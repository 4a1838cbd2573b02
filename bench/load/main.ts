/** Entry of the load generator's own process; takes one `LoadSpec` at a time over IPC and answers a `LoadResult`. */
import { runClosedLoop } from "./closed-loop.ts";
import { type LoadResult, loadSpec } from "./load-spec.ts";
import { runOpenLoop } from "./open-loop.ts";
import { runProbe } from "./probe.ts";
import { runSlowReaders } from "./slow-readers.ts";

process.on("message", async (message) => {
  try {
    process.send?.(await run(message));
  } catch (error) {
    const failed: LoadResult = { kind: "failed", reason: String(error) };
    process.send?.(failed);
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

function run(message: unknown): Promise<LoadResult> {
  const spec = loadSpec.parse(message);
  switch (spec.kind) {
    case "probe":
      return runProbe(spec);
    case "closed":
      return runClosedLoop(spec);
    case "open":
      return runOpenLoop(spec);
    case "slow-readers":
      return runSlowReaders(spec);
  }
}
