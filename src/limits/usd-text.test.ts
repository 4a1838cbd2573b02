import { expect, test } from "bun:test";
import fc from "fast-check";
import { usdText } from "./usd-text.ts";

test("micro-USD are told as USD with all their digits, at least cents", () => {
  expect([0, 5_000_000, 5_100_000, 5_120_000, 5_000_001, 70, 1e15].map(usdText)).toEqual([
    ...["0.00", "5.00", "5.10", "5.12", "5.000001", "0.00007", "1000000000.00"],
  ]);
  fc.assert(
    fc.property(fc.maxSafeNat(), (micro) => {
      const text = usdText(micro);
      expect(text).toMatch(/^(0|[1-9]\d*)\.\d\d(\d{0,3}[1-9])?$/);
      const [whole = "", fraction = ""] = text.split(".");
      expect(BigInt(whole + fraction.padEnd(6, "0"))).toBe(BigInt(micro));
    }),
  );
});
