import { expect, test } from "bun:test";
import fc from "fast-check";
import { featureVector } from "./feature-vector.ts";

const features = fc.array(fc.string(), { maxLength: 12 });
const size = fc.integer({ min: 1, max: 600 });

test("always as long as asked, of length one, in 32-bit floats, and the same again", () => {
  fc.assert(
    fc.property(features, size, (words, length) => {
      const vector = featureVector(words, length);
      expect(vector).toHaveLength(length);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      expect(vector.map(Math.fround)).toEqual([...vector]);
      expect(featureVector([...words].reverse(), length)).toEqual(vector);
    }),
  );
});

test("other words lead elsewhere", () => {
  expect(featureVector(["cat"], 256)).not.toEqual(featureVector(["dog"], 256));
});
