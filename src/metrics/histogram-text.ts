import type { Distribution } from "./distribution.ts";

/** One histogram, with its series. */
export interface HistogramFamily {
  readonly name: string;
  readonly help: string;
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: Distribution;
  }[];
}

/**
 * A histogram in Prometheus' text format. The library's own can only be filled value by value, which costs a call
 * several microseconds, so ours are counted here and printed here.
 */
export function histogramText({ name, help, series }: HistogramFamily): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const { labels, values } of series) {
    const own = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
    const counts = values.cumulative();
    for (const [i, count] of counts.entries()) {
      const le = values.bounds[i] ?? "+Inf";
      lines.push(`${name}_bucket{${[...own, `le="${le}"`].join(",")}} ${count}`);
    }
    const suffix = own.length === 0 ? "" : `{${own.join(",")}}`;
    lines.push(`${name}_sum${suffix} ${values.sum}`, `${name}_count${suffix} ${counts.at(-1) ?? 0}`);
  }
  return `${lines.join("\n")}\n`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"');
}
