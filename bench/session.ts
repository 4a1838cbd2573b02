import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoadGenerator } from "./load/load-generator.ts";
import { type MockProcess, startMockProcess } from "./mock/mock-process.ts";
import { Children } from "./process/children.ts";
import { type Cores, chooseCores } from "./process/pinning.ts";
import type { BenchHost } from "./targets/target.ts";

/** What every run needs in place: a temporary folder, the mock upstream, the load generator. */
export interface Session {
  readonly host: BenchHost;
  readonly mock: MockProcess;
  readonly generator: LoadGenerator;
  readonly cores: Cores;
}

/** Runs `work` in a session; ends every process and removes the folder however it ends, on a signal too. */
export async function withSession<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "penstock-bench-"));
  const cores = chooseCores();
  const children = new Children(directory, cores);
  const clear = async (): Promise<void> => {
    await children.stopAll();
    rmSync(directory, { recursive: true, force: true });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    process.stderr.write(`\n${signal}: ending every process of the run …\n`);
    clear().finally(() => process.exit(130));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, onSignal);
  process.once("exit", () => children.killAll());
  try {
    const mock = await startMockProcess(children);
    const generator = await LoadGenerator.start(children);
    const host: BenchHost = { directory, children, upstreamPort: mock.port };
    return await work({ host, mock, generator, cores });
  } finally {
    await clear();
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}
