import { expect, test } from "bun:test";
import fc from "fast-check";
import { totalInput } from "../neutral/usage.ts";
import { decodeUsage, encodeUsage } from "./usage.ts";

test("C100 C101: cached tokens are counted once", () => {
  const usage = decodeUsage({
    prompt_tokens: 100,
    completion_tokens: 10,
    prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 15 },
  });
  expect(usage).toMatchObject({ input: 25, cacheRead: 60, cacheWrite5m: 15, output: 10 });
});

test("reasoning inside completion_tokens is not added again, outside it is", () => {
  const usage = (completion: number, total: number) =>
    decodeUsage({
      prompt_tokens: 10,
      completion_tokens: completion,
      total_tokens: total,
      completion_tokens_details: { reasoning_tokens: 30 },
    })?.output;
  expect(usage(40, 50)).toBe(40);
  expect(usage(40, 80)).toBe(70);
  expect(usage(5, 0)).toBe(35);
});

test("DeepSeek's and Azure's spellings", () => {
  expect(decodeUsage({ prompt_tokens: 339, prompt_cache_hit_tokens: 320 })).toMatchObject({
    input: 19,
    cacheRead: 320,
  });
  expect(
    decodeUsage({
      prompt_tokens: 19,
      completion_tokens: 1720,
      prompt_tokens_details: null,
      reasoning_tokens: 700,
    }),
  ).toMatchObject({ output: 1720, reasoning: 700 });
});

test("reported cost: OpenRouter's, with the vendor's added for an own key", () => {
  const cost = (fields: object) => decodeUsage({ prompt_tokens: 1, ...fields })?.reportedCostUsd;
  expect(
    cost({ cost: 0.00518265, is_byok: false, cost_details: { upstream_inference_cost: 0.005235 } }),
  ).toBe(0.00518265);
  expect(cost({ cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } })).toBeCloseTo(
    0.0021,
    12,
  );
  expect(cost({ cost: 0 })).toBe(0);
  expect(cost({})).toBeUndefined();
});

test("what is not a usage is none", () => {
  for (const value of [null, undefined, 5, "x", []]) expect(decodeUsage(value)).toBeUndefined();
});

const tokens = fc.oneof(fc.nat(100_000), fc.constantFrom(null, undefined, -1, Number.NaN));

test("buckets never overlap, never fall below zero, and survive the way back", () => {
  const record = (keys: readonly string[]) => fc.record(Object.fromEntries(keys.map((key) => [key, tokens])));
  fc.assert(
    fc.property(
      record(["prompt_tokens", "completion_tokens", "total_tokens"]),
      fc.option(record(["cached_tokens", "cache_write_tokens", "audio_tokens"])),
      fc.option(record(["reasoning_tokens", "audio_tokens"])),
      (totals, prompt, completion) => {
        const usage = decodeUsage({
          ...totals,
          prompt_tokens_details: prompt,
          completion_tokens_details: completion,
        });
        if (usage === undefined) throw new Error("no usage");
        const { raw, ...buckets } = usage;
        expect(raw).toBeDefined();
        for (const value of Object.values(buckets)) expect(value).toBeGreaterThanOrEqual(0);
        expect(totalInput(usage)).toBe(Math.max(0, totals.prompt_tokens || 0));
        expect(usage.reasoning).toBeLessThanOrEqual(usage.output);
        const { raw: _, ...again } = decodeUsage(encodeUsage(usage)) ?? { raw: null };
        expect(again).toEqual(buckets);
      },
    ),
  );
});
