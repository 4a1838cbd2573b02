import type { Quantiles } from "./load-spec.ts";

/** Quantiles by nearest rank; zeros for an empty series. Sorts `values`. */
export function quantiles(values: number[]): Quantiles {
  values.sort((a, b) => a - b);
  return { p50: rank(values, 0.5), p99: rank(values, 0.99), max: values.at(-1) ?? 0 };
}

function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
