import { type BarGroup, barChart } from "./bar-chart.ts";
import type { BenchReport } from "./bench-report.ts";
import { escapeHtml } from "./escape-html.ts";
import type { CellFigures, ChunkFigures } from "./figures.ts";
import { openLoopFigures } from "./open-loop-figures.ts";
import { printReport } from "./print-report.ts";
import { spread } from "./statistics.ts";

/** The report as one page that loads nothing from elsewhere: charts first, then everything the terminal shows. */
export function reportPage(report: BenchReport): string {
  const { machine, startedAt, plan, rounds, versions } = report;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const facts = `${machine.cpu}, ${machine.cores} cores, load before ${machine.loadBefore.toFixed(2)}; ${plan} run of ${startedAt}, ${rounds} rounds; ${named.join(", ")}`;
  const legend = Object.keys(versions).map(
    (name) => `<li><i class="t-${escapeHtml(name)}"></i>${escapeHtml(name)}</li>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Penstock bench</title>
<style>${style}</style>
<h1>What Penstock costs</h1>
<p>${escapeHtml(facts)}. Bars are medians, whiskers the range over rounds; less is better.</p>
<ul>${legend.join("")}</ul>
${requestCharts(report.cells)}
${barChart({ title: "CPU per streamed chunk of about 260 bytes", unit: "µs", groups: chunkGroups(report.chunks) })}
${latencyCharts(report)}
${processCharts(report)}
<h2>All figures</h2>
<pre>${escapeHtml(printReport(report))}</pre>
</html>
`;
}

function requestCharts(cells: readonly CellFigures[]): string {
  const shapes = [...new Set(cells.map((cell) => cell.shape))];
  return shapes
    .map((shape) => {
      const some = cells.filter((cell) => cell.shape === shape);
      const groups = byLane(some, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest);
      return barChart({ title: `CPU per request, ${shape}`, unit: "µs", groups });
    })
    .join("\n");
}

function chunkGroups(chunks: readonly ChunkFigures[]): BarGroup[] {
  return byLane(chunks, ({ cpuMicrosPerChunk }) => cpuMicrosPerChunk);
}

function byLane<Row extends { readonly lane: string; readonly target: string }>(
  rows: readonly Row[],
  figureOf: (row: Row) => { readonly median: number; readonly min: number; readonly max: number },
): BarGroup[] {
  const lanes = [...Map.groupBy(rows, ({ lane }) => lane)];
  return lanes.map(([title, group]) => ({
    title,
    bars: group.map((row) => {
      const { median, min, max } = figureOf(row);
      return { label: row.target, target: row.target, value: median, range: { min, max } };
    }),
  }));
}

function latencyCharts({ openLoop }: BenchReport): string {
  const figures = openLoopFigures(openLoop).filter(({ target }) => target !== "direct");
  return [...Map.groupBy(figures, ({ shape, ratePerSecond }) => `${shape}, ${ratePerSecond} a second`)]
    .map(([load, rows]) => {
      const group = (title: string, figureOf: (row: (typeof rows)[number]) => number | undefined) => ({
        title,
        bars: rows.flatMap((row) => {
          const value = figureOf(row);
          return value === undefined
            ? []
            : [{ label: `${row.target}, ${row.lane}`, target: row.target, value }];
        }),
      });
      const groups = [
        group("added to the whole answer, p50", (row) => row.addedP50),
        group("added to the whole answer, p99", (row) => row.addedP99),
        group("first byte, p50", (row) => row.firstByteP50),
        group("added to the gap between two chunks, p99", (row) => row.addedGapP99),
      ].filter(({ bars }) => bars.length > 0);
      return barChart({ title: `Latency at a fixed rate: ${load}`, unit: "ms", groups });
    })
    .join("\n");
}

function processCharts({ starts, openStreams }: BenchReport): string {
  const one = (target: string, value: number) => ({ label: target, target, value });
  const memory: BarGroup[] = [
    { title: "idle", bars: starts.map((start) => one(start.target, start.idleResidentBytes / 1e6)) },
    {
      title: "with 2,000 open streams",
      bars: openStreams.map((streams) => one(streams.target, streams.peakResidentBytes / 1e6)),
    },
  ].filter(({ bars }) => bars.length > 0);
  const startBars = starts.flatMap(({ target, startMs }) => {
    const later = spread(startMs.slice(1));
    return later === undefined ? [] : [one(target, later.median)];
  });
  return [
    barChart({ title: "Memory", unit: "MB resident", groups: memory }),
    barChart({ title: "Start", unit: "ms", groups: [{ title: "on existing data", bars: startBars }] }),
  ].join("\n");
}

const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--page:#fff;--nginx:#8c959f;--minimal:#b08800;--portkey:#8250df;--penstock:#0969da}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--page:#0d1117;--nginx:#768390;--minimal:#d4a72c;--portkey:#a475f9;--penstock:#4493f8}}
body{font:15px/1.5 system-ui,sans-serif;max-width:860px;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--page)}
figure{margin:2rem 0}figcaption{font-weight:600;margin-bottom:.4rem}small,p{color:var(--soft);font-weight:400}
svg{width:100%;height:auto}svg text{font-size:12px;fill:var(--soft)}svg text.group{fill:var(--ink);font-weight:600}
.whisker{stroke:var(--ink);stroke-width:1.5;opacity:.55}.limit{stroke:#cf222e;stroke-dasharray:4 3}
.t-nginx{fill:var(--nginx);background:var(--nginx)}.t-minimal{fill:var(--minimal);background:var(--minimal)}
.t-portkey{fill:var(--portkey);background:var(--portkey)}.t-penstock{fill:var(--penstock);background:var(--penstock)}
ul{list-style:none;display:flex;gap:1.2rem;padding:0}li i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em}
pre{overflow-x:auto;font-size:12px}`;
