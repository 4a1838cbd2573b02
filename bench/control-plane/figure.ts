/** One promise, and what was measured. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "ns" | "MB";
  readonly median: number;
  readonly p95: number;
  /** For `p95`; undefined: told for information. */
  readonly limit: number | undefined;
}

/** The middle and the 95th percentile of `values`. Throws for none. */
export function figureOf(values: readonly number[], about: Pick<Figure, "name" | "unit" | "limit">): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [median, p95] = [at(0.5), at(0.95)];
  if (median === undefined || p95 === undefined) throw new RangeError(`nothing was measured: ${about.name}`);
  return { ...about, median, p95 };
}

export function isMissed({ p95, limit }: Figure): boolean {
  // A figure that could not be taken is not a promise kept.
  return limit !== undefined && !(p95 <= limit);
}

/** Milliseconds of each of `rounds` runs, after a few that do not count. */
export async function timed(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const values: number[] = [];
  for (let warmup = 0; warmup < 4; warmup++) await work();
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    values.push(performance.now() - started);
  }
  return values;
}

/** Milliseconds of processor time since `before`, of every thread of this process. */
export function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
