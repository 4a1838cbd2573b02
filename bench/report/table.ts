import type { Spread } from "./statistics.ts";

/** Columns of text; all but the first `leftColumns` are set to the right. */
export function table(options: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly leftColumns: number;
}): string {
  const lines = [options.head, ...options.rows];
  const widths = options.head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      widths
        .map((width, column) => {
          const cell = line[column] ?? "";
          return column < options.leftColumns ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A figure with as many digits as it deserves: three. */
export function digits(value: number): string {
  if (Math.abs(value) >= 100) return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Median and, in brackets, the range over rounds. */
export function withRange(figure: Spread | undefined): string {
  if (figure === undefined) return "–";
  return `${digits(figure.median)} (${digits(figure.min)}–${digits(figure.max)})`;
}

/** Bytes as whole megabytes (10^6). */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
