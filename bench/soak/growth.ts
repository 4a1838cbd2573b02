/** Whether a process that does the same work over and over keeps more and more memory. */
export interface Growth {
  /** Bytes a slice, after the warm-up: the median of the slopes between any two samples, which single outliers do not move. */
  readonly bytesPerSlice: number;
  /** What that would have added over all slices after the warm-up. */
  readonly bytesInAll: number;
  readonly isRising: boolean;
}

/** Samples at the beginning that only show a process growing into its load. */
const warmupShare = 0.4;

/** Growth that is not told from what a heap does by itself between two collections. */
const toleratedBytes = 12e6;

/** Judges samples of resident memory, one after each slice of equal work. */
export function growthOf(residentBytes: readonly number[]): Growth {
  const warm = residentBytes.slice(Math.floor(residentBytes.length * warmupShare));
  const slopes = warm.flatMap((from, index) =>
    warm.slice(index + 1).map((to, steps) => (to - from) / (steps + 1)),
  );
  slopes.sort((a, b) => a - b);
  const low = slopes[Math.floor((slopes.length - 1) / 2)] ?? 0;
  const high = slopes[Math.floor(slopes.length / 2)] ?? 0;
  const bytesPerSlice = (low + high) / 2;
  const bytesInAll = bytesPerSlice * Math.max(0, warm.length - 1);
  return { bytesPerSlice, bytesInAll, isRising: bytesInAll > toleratedBytes };
}
