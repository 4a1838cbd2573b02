import { expect, test } from "bun:test";
import fc from "fast-check";
import { readMetrics } from "../../../testkit/read-metrics.ts";
import { CrewMetrics } from "./crew-metrics.ts";
import { countersOf, mergeExpositions } from "./merge-expositions.ts";

const series = (calls: number, more = "") =>
  `# HELP calls_total Calls\n# TYPE calls_total counter\ncalls_total{a="x y"} ${calls}\n${more}`;

test("whatever processes count, the totals are the sums", () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.constantFrom("a", "b", "c"), fc.nat())), (processes) => {
      const texts = processes.map((counts) => {
        const lines = Object.entries(counts).map(([label, n]) => `calls_total{kind="${label}"} ${n}`);
        return ["# HELP calls_total Calls", "# TYPE calls_total counter", ...lines].join("\n");
      });
      const merged = readMetrics(mergeExpositions(texts));
      for (const kind of ["a", "b", "c"]) {
        const sum = processes.reduce((total, counts) => total + (counts[kind] ?? 0), 0);
        expect(merged.sum("calls_total", { kind })).toBe(sum);
      }
    }),
  );
});

test("gauges are added where they are amounts; else the worst is told", () => {
  const gauge = (name: string, value: number) => `# HELP ${name} H\n# TYPE ${name} gauge\n${name} ${value}\n`;
  const merged = readMetrics(
    mergeExpositions([
      [
        gauge("open_streams", 2),
        gauge("storage_up", 1),
        gauge("x_age_seconds", 3),
        gauge("x_version", 8),
      ].join(""),
      [
        gauge("open_streams", 5),
        gauge("storage_up", 0),
        gauge("x_age_seconds", 9),
        gauge("x_version", 7),
      ].join(""),
    ]),
  );
  const told = Object.fromEntries(merged.series.map(({ name, value }) => [name, value]));
  expect(told).toEqual({ open_streams: 7, storage_up: 0, x_age_seconds: 9, x_version: 7 });
});

test("histograms keep their series, labels with spaces included", () => {
  const text =
    '# HELP t Time\n# TYPE t histogram\nt_bucket{le="1"} 2\nt_bucket{le="+Inf"} 3\nt_sum 4.5\nt_count 3\n';
  expect(mergeExpositions([text, text])).toContain('t_bucket{le="+Inf"} 6\nt_sum 9\nt_count 6');
  expect(mergeExpositions([series(1), series(2)])).toContain('calls_total{a="x y"} 3');
});

test("no total goes down when a process ends", () => {
  const metrics = new CrewMetrics();
  const crew = { count: 2, listening: 2 };
  const gauge = "# HELP open Open\n# TYPE open gauge\nopen 4\n";
  metrics.told(1, series(5, gauge));
  metrics.told(2, series(7, gauge));
  const before = readMetrics(metrics.merge(series(1), crew));
  expect([before.value("calls_total"), before.value("open")]).toEqual([13, 8]);
  metrics.ended(1);
  metrics.ended(99);
  metrics.told(3, series(2, gauge));
  const after = readMetrics(metrics.merge(series(1), { count: 2, listening: 1 }));
  expect([after.value("calls_total"), after.value("open")]).toEqual([15, 8]);
  expect(after.value("penstock_worker_ends_total")).toBe(2);
  expect(after.sum("penstock_workers", { state: "starting" })).toBe(1);
});

test("what is only true of a living process is not kept of a dead one", () => {
  expect(countersOf("# HELP open Open\n# TYPE open gauge\nopen 4\n")).not.toContain("open 4");
});
