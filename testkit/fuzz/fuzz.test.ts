import { afterAll, describe, expect, test } from "bun:test";
import { allSurfaces } from "../conformance/surfaces/all-surfaces.ts";
import { allWires } from "../conformance/wires/all-wires.ts";
import { FuzzLab } from "./lab.ts";
import { propertiesOf } from "./properties.ts";

// Whatever a vendor or a client sends, the other side gets a correct answer or a correct error: no hang, no crash, no
// false success. `npm run fuzz` tries the same for as long as one likes.

const lab = new FuzzLab();
afterAll(() => lab[Symbol.dispose]());

/** Examples of each property: some 20 seconds in all. */
const runs = 12;

/** Always the same, so that a change is judged and not the day; other examples are what `npm run fuzz` is for. */
const seed = 20_260;

const pairs = allSurfaces.flatMap((surface) => allWires.map((wire) => ({ surface, wire })));

describe.each(pairs)("garbage for $surface.id clients of $wire.id vendors", (pair) => {
  test.each(propertiesOf(pair))("$id", async (property) => {
    expect(await property.check(lab, { seed, runs })).toBeUndefined();
  });
});
