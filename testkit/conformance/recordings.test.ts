import { describe, expect, test } from "bun:test";
import { readRecordedEvents } from "../mocks/shared/recording.ts";
import { firstBadCut, translated } from "./run/replay.ts";
import { allSurfaces } from "./surfaces/all-surfaces.ts";
import { allWires } from "./wires/all-wires.ts";

// What real vendors sent, told to the clients of every surface: by the dialect's grammar, and the same bytes however the
// vendor's are cut.

const recorded = allWires.flatMap((wire) =>
  allSurfaces.flatMap((surface) => wire.recordings.map((file) => ({ file, wire, surface }))),
);

/** Two pieces at every offset are tried on recordings up to this size; longer ones in pieces of many sizes. */
const everyOffset = 16 * 1024;

describe.each(recorded)("$file for $surface.id clients", ({ file, wire, surface }) => {
  const bytesOf = async () => wire.frameRecorded(await readRecordedEvents(file));

  test("is told whole and by the grammar", async () => {
    const answer = surface.readStream(translated([await bytesOf()], { surface, wire }));
    expect(answer.violations).toEqual([]);
    expect(answer.error).toBeUndefined();
    expect(answer.text + answer.thinking + answer.calls.map((call) => call.arguments).join("")).not.toBe("");
    expect(answer.usage?.output).toBeGreaterThan(0);
  });

  test("is told in the same bytes however it is cut", async () => {
    const bytes = await bytesOf();
    const whole = translated([bytes], { surface, wire });
    for (const size of [1, 2, 3, 7, 61, 1021]) {
      expect(translated(inPieces(bytes, size), { surface, wire }) === whole).toBe(true);
    }
    if (bytes.length <= everyOffset) expect(firstBadCut(bytes, { surface, wire })).toBeUndefined();
  });
});

function inPieces(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}
