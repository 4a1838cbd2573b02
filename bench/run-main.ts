import { BenchError } from "./bench-error.ts";

/** Runs a command of the benchmark with its arguments; what it returns is the exit code, and a `BenchError` is told without a stack. */
export async function runMain(main: (argv: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    process.stderr.write(`\n${error.message}\n\n${error.next}\n`);
    process.exitCode = 1;
  }
}

/** @throws BenchError elsewhere than on Linux. */
export function requireLinux(): void {
  if (process.platform === "linux") return;
  throw new BenchError("CPU time and memory are read from /proc.", "Run the benchmark on Linux.");
}
