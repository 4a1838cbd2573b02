/** `npm run soak`: a million requests and thousands of streams; fails when memory keeps rising. See docs/performance.md. */
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";
import { preflight } from "./measure/preflight.ts";
import { digits, megabytes } from "./report/table.ts";
import { requireLinux, runMain } from "./run-main.ts";
import { type Session, withSession } from "./session.ts";
import { growthOf } from "./soak/growth.ts";
import { runSoak } from "./soak/run-soak.ts";
import { penstock } from "./targets/penstock.ts";

const usage = `npm run soak -- [options]

  --requests N   plain requests (default 1,000,000)
  --streams N    streams of 100 chunks (default 5,000)
  --slices N     samples of memory, one after each part of the work (default 40)
`;

await runMain(main);

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const amounts = readAmounts(argv);
  requireLinux();
  return await withSession((session) => soak(session, amounts));
}

interface Amounts {
  readonly requests: number;
  readonly streams: number;
  readonly slices: number;
}

async function soak({ host, generator }: Session, amounts: Amounts): Promise<number> {
  const target = await penstock.start(host);
  await preflight({ generator, target, upstreamPort: host.upstreamPort });
  const started = performance.now();
  const progress = (text: string) => process.stderr.write(`${text}\n`);
  const figures = await runSoak({ generator, target, ...amounts, progress });
  await target.stop();
  const growth = growthOf(figures.residentBytes);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${figures.requests} requests and ${figures.streams} streams in ${seconds} s, ${figures.failures} failed${
      figures.firstFailure === undefined ? "" : `, the first: ${figures.firstFailure}`
    }`,
  );
  console.log(`resident after each slice: ${figures.residentBytes.map(megabytes).join(", ")}`);
  console.log(
    `slope after the warm-up: ${digits(growth.bytesPerSlice / 1e6)} MB a slice, ${digits(growth.bytesInAll / 1e6)} MB in all: ${
      growth.isRising ? "memory rises" : "no growth"
    }`,
  );
  return growth.isRising || figures.failures > 0 ? 1 : 0;
}

/** @throws BenchError for what is no number of its kind. */
function readAmounts(argv: readonly string[]): Amounts {
  try {
    const number = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...argv],
      options: { requests: number, streams: number, slices: number },
    });
    return {
      requests: whole(values.requests ?? "1000000"),
      streams: whole(values.streams ?? "5000"),
      slices: Math.max(5, whole(values.slices ?? "40")),
    };
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error), usage);
  }
}

function whole(text: string): number {
  const amount = Number(text.replaceAll("_", ""));
  if (Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new BenchError(`${text} is not a whole number.`, usage);
}
