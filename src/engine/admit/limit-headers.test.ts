import { expect, test } from "bun:test";
import fc from "fast-check";
import { timeOf } from "./limit-headers.ts";

test("a time is told in whole seconds, never too early, whatever was told before", () => {
  const time = fc.oneof(fc.nat(), fc.integer({ min: 1_790_000_000_000, max: 1_790_000_003_000 }));
  fc.assert(
    fc.property(fc.array(time), (times) => {
      for (const ms of times) {
        const told = timeOf(ms);
        expect(told).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(Date.parse(told) - ms).toBeWithin(0, 1000);
      }
    }),
  );
});
