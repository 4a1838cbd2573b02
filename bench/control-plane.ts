/**
 * `npm run bench:control`: the control plane with 500 providers, 20,000 models and 10,000 keys, on both engines: pages
 * of every list, publication of a snapshot, and resolution beside that of a small organization. Exit code 1 when a
 * promise is missed. See docs/performance.md.
 */
import { parseArgs } from "node:util";
import { type Figure, isMissed } from "./control-plane/figure.ts";
import { measureEngine } from "./control-plane/measure-engine.ts";
import { digits, table } from "./report/table.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite,postgres" },
    only: { type: "string", default: "" },
    providers: { type: "string", default: "500" },
    models: { type: "string", default: "20000" },
    keys: { type: "string", default: "10000" },
  },
});
const scale = {
  providers: Number(values.providers),
  models: Number(values.models),
  keys: Number(values.keys),
};

let missed = false;
for (const engine of ["sqlite", "postgres"] as const) {
  if (!values.engine.split(",").includes(engine)) continue;
  const figures = await measureEngine({ engine, scale, only: values.only });
  print(`${engine}, ${JSON.stringify(scale)}, Bun ${Bun.version}`, figures);
  missed ||= figures.some(isMissed);
}
process.exit(missed ? 1 : 0);

function print(title: string, figures: readonly Figure[]): void {
  console.log(`\n${title}\n`);
  console.log(
    table({
      head: ["what", "median", "p95", "", "promise"],
      rows: figures.map((figure) => [
        figure.name,
        digits(figure.median),
        digits(figure.p95),
        figure.unit,
        figure.limit === undefined ? "" : `${isMissed(figure) ? "✗" : "✓"} ≤ ${figure.limit} ${figure.unit}`,
      ]),
      leftColumns: 1,
    }),
  );
}
