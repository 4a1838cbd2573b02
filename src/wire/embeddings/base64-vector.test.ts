import { expect, test } from "bun:test";
import fc from "fast-check";
import { fromBase64, toBase64 } from "./base64-vector.ts";

const vector = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });

test("32-bit floats survive base64 to the bit", () => {
  fc.assert(
    fc.property(vector, (numbers) => {
      expect(fromBase64(toBase64(numbers))).toEqual(numbers);
    }),
  );
});

test("the bytes are those of OpenAI: little-endian", () => {
  expect(toBase64([1, -2])).toBe(Buffer.from([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]).toString("base64"));
});

test("numbers in JSON come back as the nearest 32-bit float", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 }), (numbers) => {
      expect(fromBase64(toBase64(numbers))).toEqual(numbers.map(Math.fround));
    }),
  );
});

test.each(["", "AAA", "AACA", "not base64!", toBase64([Number.NaN]), toBase64([Number.POSITIVE_INFINITY])])(
  "%j is no vector",
  (text) => {
    expect(fromBase64(text)).toBeUndefined();
  },
);
