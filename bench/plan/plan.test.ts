import { expect, test } from "bun:test";
import { allLanes, proxyLane, translates } from "./lane.ts";
import { caseId, cellsOf, fullPlan, quickPlan } from "./plan.ts";

for (const plan of [quickPlan, fullPlan]) {
  const cells = plan.shapes.flatMap((shape) => cellsOf(shape, ["nginx", "penstock"]));

  test(`a ${plan.name} run judges a request and a chunk of every lane beside nginx`, () => {
    const cases = (target: string) => cells.filter((cell) => cell.target === target).map(caseId);
    for (const lane of allLanes) {
      for (const shape of ["small/json", "small/stream", "small/stream-short"]) {
        expect(cases("penstock")).toContain(`${lane.id}/${shape}`);
        expect(cases("nginx")).toContain(`${proxyLane(lane).id}/${shape}`);
      }
    }
  });
}

test("nginx is compared on lanes it can carry", () => {
  expect(allLanes.map(proxyLane).filter(translates)).toEqual([]);
});
