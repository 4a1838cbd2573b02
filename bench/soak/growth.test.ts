import { expect, test } from "bun:test";
import fc from "fast-check";
import { growthOf } from "./growth.ts";

const slices = 20;
const megabyte = 1e6;

test("a process that leaks 2 MB a slice is found, whatever its heap does in between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: slices, maxLength: slices }),
      (noise) => {
        const samples = noise.map((more, slice) => (100 + 2 * slice + more) * megabyte);
        expect(growthOf(samples).isRising).toBe(true);
      },
    ),
  );
});

test("a process that only grows into its load, or whose heap swings, is not blamed", () => {
  const grown = Array.from({ length: slices }, (_, slice) => (90 + 30 * (1 - 0.3 ** slice)) * megabyte);
  expect(growthOf(grown).isRising).toBe(false);
  const swinging = Array.from({ length: slices }, (_, slice) => (100 + 8 * (slice % 3)) * megabyte);
  expect(growthOf(swinging).isRising).toBe(false);
});

test("the slope is told in bytes a slice", () => {
  expect(growthOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((each) => each * megabyte)).bytesPerSlice).toBe(
    megabyte,
  );
  expect(growthOf([]).isRising).toBe(false);
});
