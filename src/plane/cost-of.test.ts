import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { noUsage, type Usage } from "../wire/neutral/usage.ts";
import { costOf } from "./cost-of.ts";
import type { PriceTier } from "./snapshot.ts";

const base: PriceTier = {
  aboveInputTokens: 0,
  input: 3,
  output: 15,
  cacheRead: 0.3,
  cacheWrite5m: 3.75,
  cacheWrite1h: 6,
  inputAudio: 40,
  outputAudio: 80,
};
const long: PriceTier = { ...base, aboveInputTokens: 200_000, input: 6, output: 22.5, cacheRead: 0.6 };

const buckets = ["input", "cacheRead", "cacheWrite5m", "cacheWrite1h", "output"] as const;
const usageOf = (part: Partial<Usage>): Usage => ({ ...noUsage, ...part });
const anyUsage = fc
  .record(Object.fromEntries(buckets.map((bucket) => [bucket, fc.nat(1_000_000)])))
  .map((part) => usageOf(part));

describe("costOf", () => {
  test("each bucket has its own price", () => {
    const million = (bucket: (typeof buckets)[number]) => costOf(usageOf({ [bucket]: 1_000_000 }), [base]);
    expect(buckets.map(million)).toEqual([3, 0.3, 3.75, 6, 15]);
  });

  test("a request costs the sum of its buckets, each counted once", () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const whole = costOf(usage, [base]) ?? Number.NaN;
        const parts = buckets.map(
          (bucket) => costOf(usageOf({ [bucket]: usage[bucket] }), [base]) ?? Number.NaN,
        );
        expect(whole).toBeCloseTo(
          parts.reduce((sum, part) => sum + part, 0),
          9,
        );
      }),
    );
  });

  test("twice the tokens cost twice as much within a tier", () => {
    fc.assert(
      fc.property(anyUsage, (usage) => {
        const twice = usageOf(Object.fromEntries(buckets.map((bucket) => [bucket, usage[bucket] * 2])));
        expect(costOf(twice, [base])).toBeCloseTo((costOf(usage, [base]) ?? Number.NaN) * 2, 9);
      }),
    );
  });

  test("reasoning costs nothing beyond the output it is part of", () => {
    const usage = usageOf({ input: 10, output: 500 });
    expect(costOf({ ...usage, reasoning: 400 }, [base])).toBe(costOf(usage, [base]));
  });

  test("audio is priced apart and not again as text", () => {
    expect(costOf(usageOf({ input: 1_000_000, audioInput: 400_000 }), [base])).toBeCloseTo(
      0.6 * 3 + 0.4 * 40,
      9,
    );
    expect(costOf(usageOf({ output: 1_000_000, audioOutput: 1_000_000 }), [base])).toBeCloseTo(80, 9);
  });

  test("the highest tier the total input exceeds prices the whole request, in any order of tiers", () => {
    for (const prices of [
      [base, long],
      [long, base],
    ]) {
      expect(costOf(usageOf({ input: 200_000 }), prices)).toBeCloseTo(0.6, 9);
      expect(costOf(usageOf({ input: 150_000, cacheRead: 50_001, output: 1_000 }), prices)).toBeCloseTo(
        0.15 * 6 + 0.050001 * 0.6 + 0.0225,
        9,
      );
    }
  });

  test("an unknown cache price is never taken for a discount", () => {
    const plain = { ...base, cacheRead: undefined, cacheWrite5m: undefined, cacheWrite1h: undefined };
    expect(costOf(usageOf({ cacheRead: 1_000_000 }), [plain])).toBe(3);
    expect(costOf(usageOf({ cacheWrite1h: 1_000_000 }), [plain])).toBe(3);
    expect(costOf(usageOf({ cacheWrite1h: 1_000_000 }), [{ ...base, cacheWrite1h: undefined }])).toBe(3.75);
  });

  test("no price is not a price of zero", () => {
    expect(costOf(usageOf({ input: 1 }), [])).toBeUndefined();
    expect(costOf(noUsage, [base])).toBe(0);
  });
});
