import { expect, test } from "bun:test";
import fc from "fast-check";
import { DurationText, TimeText } from "./time-text.ts";

test("a time is told in whole seconds, never too early, whatever was told before", () => {
  const time = fc.oneof(fc.nat(), fc.integer({ min: 1_790_000_000_000, max: 1_790_000_003_000 }));
  fc.assert(
    fc.property(fc.array(time), (times) => {
      const text = new TimeText();
      for (const ms of times) {
        const told = text.of(ms);
        expect(told).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(Date.parse(told) - ms).toBeWithin(0, 1000);
      }
    }),
  );
});

test("a length of time is told as OpenAI does, never too short, whatever was told before", () => {
  expect([0, 20, 999.5, 6_000, 59_001, 118_001].map((ms) => new DurationText().of(ms))).toEqual([
    ...["0ms", "20ms", "1000ms", "6s", "1m0s", "1m59s"],
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 120_000 })), (lengths) => {
      const text = new DurationText();
      for (const ms of lengths) {
        const [, minutes = "0", seconds = "0", rest = "0"] =
          /^(?:(\d)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text.of(ms)) ?? [];
        const told = Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(rest);
        expect(told - ms).toBeWithin(0, ms < 1_000 ? 1 : 1_000);
      }
    }),
  );
});
