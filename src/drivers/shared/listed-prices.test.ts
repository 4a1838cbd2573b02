import { expect, test } from "bun:test";
import { readPricedModels } from "./listed-prices.ts";

const read = readPricedModels({ input: "prompt", output: "completion" });
const pricesOf = (pricing: unknown) => read({ data: [{ id: "m", pricing }] })?.models[0]?.facts?.prices;

test("texts in USD per token become numbers per million", () => {
  const pricing = {
    prompt: "0.00000125",
    completion: "0.00001",
    input_cache_read: "0.000000125",
    input_cache_write: "0.0000015625",
    request: "0",
  };
  expect(pricesOf(pricing)).toEqual([
    {
      aboveInputTokens: 0,
      input: 1.25,
      output: 10,
      cacheRead: 0.125,
      cacheWrite5m: 1.5625,
      cacheWrite1h: undefined,
      inputAudio: undefined,
      outputAudio: undefined,
    },
  ]);
  expect(pricesOf({ prompt: "0", completion: "0" })?.[0]).toMatchObject({ input: 0, output: 0 });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["a price that depends on what is chosen", { prompt: "-1", completion: "-1" }],
  ["input alone", { prompt: "0.000001" }],
  ["words", { prompt: "free", completion: "free" }],
  ["numbers, which are of another unit", { prompt: 0.5, completion: 1 }],
  ["a price per thousand or million by mistake", { prompt: "2.5", completion: "10" }],
  ["a list", []],
])("%s is no price", (_name, pricing) => expect(pricesOf(pricing)).toBeUndefined());
