import type { ProfileFigures } from "../profile/profile-case.ts";
import type { BenchReport } from "./bench-report.ts";
import type { CellFigures } from "./figures.ts";
import { openLoopFigures } from "./open-loop-figures.ts";
import { spread } from "./statistics.ts";
import { digits, megabytes, table, withRange } from "./table.ts";
import type { Verdict } from "./verdicts.ts";

/** The whole report for a reader at a terminal. */
export function printReport(report: BenchReport): string {
  const { machine } = report;
  const pinned = machine.pinned === undefined ? "not pinned" : "target and load on cores of their own";
  return [
    `${machine.cpu}, ${machine.cores} cores, ${pinned}, load before ${digits(machine.loadBefore)}, Bun ${machine.bun}`,
    `${report.plan} run, ${report.rounds} rounds; median (min–max over rounds); ratios are to nginx in the same round`,
    section("Request", requestTable(report.cells)),
    section("Streamed chunk of about 260 bytes", chunkTable(report)),
    section("At a fixed rate, from when a request was due", openLoopTable(report)),
    ...wrongLaneLines(report),
    section("Process", processTable(report)),
    ...report.profiles.map(printProfile),
    section("Budget", verdictTable(report.verdicts)),
  ].join("\n\n");
}

/** A profile as a table. */
export function printProfile(profile: ProfileFigures): string {
  const rows = profile.top.map((one) => [`${(one.share * 100).toFixed(1)} %`, one.name, one.place]);
  return section(
    `Profile of ${profile.target}, ${profile.case}: ${digits(profile.cpuMicrosPerRequest)} µs per request, ` +
      `${Math.round(profile.javascriptShare * 100)} % of it in JavaScript; self time within that`,
    table({ head: ["share", "function", "place"], rows, leftColumns: 3 }),
  );
}

function section(title: string, text: string): string {
  return `${title}\n${"─".repeat(Math.min(title.length, 110))}\n${text}`;
}

function requestTable(cells: readonly CellFigures[]): string {
  const shapes = [...new Set(cells.map((cell) => cell.shape))];
  const rows = shapes.flatMap((shape) =>
    cells
      .filter((cell) => cell.shape === shape)
      .map((cell) => [
        shape,
        cell.target,
        cell.lane,
        withRange(cell.cpuMicrosPerRequest),
        withRange(cell.ratioToNginx),
        digits(cell.latencyP50.median),
        digits(cell.latencyP99.median),
        digits(cell.firstByteP50.median),
        digits(cell.requestsPerSecond.median),
        megabytes(cell.residentBytes.max),
        cell.failures === 0 ? "" : `${cell.failures} failed: ${cell.firstFailure?.slice(0, 80)}`,
      ]),
  );
  const head = [
    "body",
    "target",
    "lane",
    "CPU µs",
    "× nginx",
    "p50 ms",
    "p99 ms",
    "first byte ms",
    "req/s",
    "RSS",
    "",
  ];
  return table({ head, rows, leftColumns: 3 });
}

function chunkTable(report: BenchReport): string {
  const rows = report.chunks.map((chunk) => [
    chunk.target,
    chunk.lane,
    withRange(chunk.cpuMicrosPerChunk),
    withRange(chunk.ratioToNginx),
  ]);
  return table({ head: ["target", "lane", "CPU µs", "× nginx"], rows, leftColumns: 2 });
}

function openLoopTable(report: BenchReport): string {
  const rows = openLoopFigures(report.openLoop).map((one) => [
    `${one.shape}, ${one.ratePerSecond}/s`,
    one.target,
    one.lane,
    withRange(one.p50),
    withRange(one.p99),
    digits(one.addedP50),
    digits(one.addedP99),
    digits(one.firstByteP50),
    digits(one.firstByteP99),
    one.gapP99 === undefined ? "" : digits(one.gapP99),
    one.addedGapP99 === undefined ? "" : digits(one.addedGapP99),
    withRange(one.latenessP99),
    String(one.failures),
  ]);
  const head = [
    "load",
    "target",
    "lane",
    "p50 ms",
    "p99 ms",
    "added p50",
    "added p99",
    "first byte p50",
    "first byte p99",
    "chunk gap p99",
    "added gap p99",
    "sent late p99",
    "failed",
  ];
  return table({ head, rows, leftColumns: 3 });
}

function wrongLaneLines({ wrongLanes }: BenchReport): string[] {
  return wrongLanes.map(
    ({ target, lane, stream, problem }) =>
      `${target} is not measured on ${lane}, ${stream ? "streamed" : "plain"}: ${problem}`,
  );
}

function processTable(report: BenchReport): string {
  const rows = report.starts.map((start) => {
    const streams = report.openStreams.find((one) => one.target === start.target);
    return [
      start.target,
      report.versions[start.target] ?? "",
      digits(start.startMs[0] ?? 0),
      withRange(spread(start.startMs.slice(1))),
      megabytes(start.idleResidentBytes),
      streams === undefined
        ? "–"
        : `${megabytes(streams.peakResidentBytes)}${streams.failures === 0 ? "" : `, ${streams.failures} failed`}`,
    ];
  });
  const head = ["target", "version", "first start ms", "later starts ms", "idle RSS", "RSS at 2,000 streams"];
  return table({ head, rows, leftColumns: 2 });
}

function verdictTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return "Penstock was not measured.";
  const rows = verdicts.map((one) => [
    one.outcome === "met" ? "✓ met" : one.outcome === "missed" ? "✗ missed" : "? not measured",
    one.promise,
    `≤ ${one.limit} ${one.unit}`,
    one.measured === undefined ? (one.note ?? "") : digits(one.measured),
    one.missedBy === undefined ? "" : `by ${Math.round(one.missedBy * 100)} %`,
    one.binding ? "" : "(for comparison)",
  ]);
  return table({ head: ["", "promise", "limit", "measured", "", ""], rows, leftColumns: 2 });
}
