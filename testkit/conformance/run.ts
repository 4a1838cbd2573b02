/** `npm run conformance`: every case on every surface and wire, against Penstock or another gateway. See README.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCases } from "./cases/all-cases.ts";
import { type ConformanceOptions, parseOptions, UsageError, usage } from "./options.ts";
import { writeCompatibility } from "./report/compatibility.ts";
import { printTable } from "./report/print-table.ts";
import { startPenstockTarget } from "./run/penstock-target.ts";
import type { SuiteResult } from "./run/result.ts";
import type { GroupedCase } from "./run/run-case.ts";
import { runSuite } from "./run/run-suite.ts";
import { startUrlTarget } from "./run/url-target.ts";
import { allSurfaces } from "./surfaces/all-surfaces.ts";
import { allWires } from "./wires/all-wires.ts";

const document = join(import.meta.dir, "../../docs/compatibility.md");

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const cases = chosenCases(options.cases);
  if (options.list) {
    for (const { id, group, title, source } of cases) console.log(`${id}  ${group}  ${title}  [${source}]`);
    return 0;
  }
  const result = await run(options, cases);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
  console.log(printTable(result));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (options.writeDocs) writeFileSync(document, writeCompatibility(result));
  return result.results.some(({ verdict }) => verdict === "fail") ? 1 : 0;
}

async function run(options: ConformanceOptions, cases: readonly GroupedCase[]): Promise<SuiteResult> {
  const chosen = <T extends { readonly id: string }>(all: readonly T[], ids: readonly string[]) =>
    ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id));
  const wires = chosen(allWires, options.wires);
  await using target =
    options.gateway === undefined ? await startPenstockTarget(wires) : startUrlTarget(wires, options.gateway);
  let done = 0;
  return await runSuite({
    target,
    cases,
    surfaces: chosen(allSurfaces, options.surfaces),
    wires,
    onResult({ id, surface, wire }) {
      done += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${done}: ${id} ${surface} on ${wire}`);
    },
  });
}

function chosenCases(ids: readonly string[]): readonly GroupedCase[] {
  if (ids.length === 0) return allCases;
  const unknown = ids.find((id) => !allCases.some((one) => one.id === id));
  if (unknown !== undefined) throw new UsageError(`There is no case ${unknown}; --list names them all.`);
  return allCases.filter(({ id }) => ids.includes(id));
}
