import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { allCases } from "./cases/all-cases.ts";
import { notCovered } from "./cases/not-covered.ts";
import { writeCompatibility } from "./report/compatibility.ts";
import { startPenstockTarget } from "./run/penstock-target.ts";
import type { SuiteResult } from "./run/result.ts";
import { runSuite } from "./run/run-suite.ts";
import { allSurfaces } from "./surfaces/all-surfaces.ts";
import { allWires } from "./wires/all-wires.ts";

let result: SuiteResult;

/** For all cells together. */
const patience = 12 * 60_000;

beforeAll(async () => {
  await using target = await startPenstockTarget(allWires);
  result = await runSuite({ target, cases: allCases, surfaces: allSurfaces, wires: allWires });
}, patience);

const cells = allSurfaces.flatMap((surface) =>
  allWires.map((wire) => ({ surface: surface.id, wire: wire.id })),
);

describe.each(cells)("$surface clients on $wire vendors", ({ surface, wire }) => {
  const inCell = () => result.results.filter((one) => one.surface === surface && one.wire === wire);

  test("every case that applies passes, or names its loss, or is known to fail", () => {
    const failed = inCell().filter(({ verdict }) => verdict === "fail");
    expect(failed.map(({ id, title, reason }) => `${id} ${title}: ${reason}`)).toEqual([]);
    expect(inCell()).toHaveLength(allCases.length);
    expect(inCell().filter(({ verdict }) => verdict === "pass" || verdict === "loss").length).toBeGreaterThan(
      30,
    );
  });

  test("what is known to fail does fail: once mended, it is taken off the list", () => {
    const known = allCases.filter((one) =>
      one.known?.some(
        ({ surfaces, wires }) => (surfaces?.includes(surface) ?? true) && (wires?.includes(wire) ?? true),
      ),
    );
    const mended = known.filter(({ id }) =>
      inCell().some((one) => one.id === id && (one.verdict === "pass" || one.verdict === "loss")),
    );
    expect(mended.map(({ id }) => id)).toEqual([]);
  });
});

test("docs/compatibility.md says what the suite found; renew it by `npm run conformance -- --write-docs`", async () => {
  const document = await Bun.file(join(import.meta.dir, "../../docs/compatibility.md")).text();
  expect(document).toBe(writeCompatibility(result));
});

test("every case has an id of its own, and none is both in the suite and left out of it", () => {
  const ids = [...allCases.map(({ id }) => id), ...notCovered.flatMap((entry) => entry.ids)];
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test("every case applies somewhere", () => {
  const idle = allCases.filter(({ id }) =>
    result.results.filter((one) => one.id === id).every(({ verdict }) => verdict === "n.a."),
  );
  expect(idle.map(({ id }) => id)).toEqual([]);
});
