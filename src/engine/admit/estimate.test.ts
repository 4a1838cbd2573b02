import { expect, test } from "bun:test";
import fc from "fast-check";
import { scanTopLevel } from "../../wire/json/top-level.ts";
import type { AdmissionRequest } from "../admission.ts";
import { estimateCall } from "./estimate.ts";
import { mediaBytes } from "./media-bytes.ts";

const price = {
  ...{ aboveInputTokens: 0, input: 1, output: 10, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 },
  ...{ inputAudio: undefined, outputAudio: 40 },
};

function estimate(body: unknown, model: object = {}, operation = "generate") {
  const bytes = Buffer.from(JSON.stringify(body));
  const request = {
    call: { body: bytes, operation },
    routed: { scan: scanTopLevel(bytes) },
    target: { model: { traits: {}, contextTokens: undefined, prices: [price], ...model } },
  };
  // Only what an estimate reads.
  return { ...estimateCall(request as unknown as AdmissionRequest), input: Math.ceil(bytes.length / 4) };
}

test("the answer's length is read wherever a protocol says it, times the answers asked for", () => {
  for (const said of [
    { max_tokens: 50 },
    { max_completion_tokens: 50 },
    { max_output_tokens: 50 },
    { max_tokens: 25, n: 2 },
    { generationConfig: { maxOutputTokens: 50 } },
    { generation_config: { max_output_tokens: 10, candidate_count: 5 } },
  ]) {
    const { tokens, costUsd, input } = estimate(said);
    expect(tokens - input).toBe(50);
    expect(costUsd).toBeCloseTo((input + 500) / 1e6, 12);
  }
});

test("an unsaid length is money for the longest answer, and of tokens a usual one", () => {
  const { tokens, costUsd, input } = estimate({}, { traits: { maxOutputTokens: 64_000 } });
  expect(tokens - input).toBe(4_096);
  expect(costUsd).toBeCloseTo((input + 640_000) / 1e6, 9);
  const unknown = estimate({});
  expect(unknown.tokens - unknown.input).toBe(4_096);
  const small = estimate({ max_tokens: 1_000_000 }, { traits: { maxOutputTokens: 9 }, contextTokens: 100 });
  expect(small.tokens - small.input).toBe(9);
});

test("what is no length is left to whoever judges the body", () => {
  for (const said of [{ max_tokens: "many" }, { max_tokens: -1 }, { n: 0 }, { generationConfig: [] }]) {
    const { tokens, input } = estimate(said);
    expect(tokens - input).toBe(4_096);
  }
});

test("surcharges that the request can bring about are counted, discounts are not", () => {
  const plain = estimate({ max_tokens: 1, system: "cache" });
  expect(plain.costUsd).toBeCloseTo((plain.input + 10) / 1e6, 12);
  const cached = estimate({ max_tokens: 1, cache_control: { type: "ephemeral" } });
  expect(cached.costUsd).toBeCloseTo((2 * cached.input + 10) / 1e6, 12);
  const spoken = estimate({ max_tokens: 1, modalities: ["audio"] });
  expect(spoken.costUsd).toBeCloseTo((spoken.input + 40) / 1e6, 12);
});

test("text outside ASCII counts by what tokenizers make of it, in bodies of any length", () => {
  const chinese = (count: number) => estimate({ max_tokens: 1, text: "水輪機".repeat(count) }).tokens;
  expect(chinese(20)).toBeGreaterThan(60);
  expect(chinese(20)).toBeLessThan(120);
  expect(chinese(20_000)).toBeGreaterThan(60_000);
  expect(chinese(20_000)).toBeLessThan(120_000);
});

test("a model without a price has no cost, and vectors have no answer to pay", () => {
  expect(estimate({}, { prices: [] }).costUsd).toBeUndefined();
  const vectors = estimate({ input: "word" }, {}, "embed");
  expect(vectors.tokens).toBe(vectors.input);
});

test("pictures and documents count by their size, not as the text they are sent as", () => {
  const picture = "iVBORw0KGgo".padEnd(4_000_000, "A");
  const { tokens, input } = estimate({ max_tokens: 1, image: { data: picture } });
  expect(input).toBeGreaterThan(1_000_000);
  expect(tokens).toBeLessThan(10_000);
  expect(tokens).toBeGreaterThan(1_600);
  const asUrl = estimate({ max_tokens: 1, image_url: { url: `data:image/png;base64,${picture}` } });
  expect(asUrl.tokens).toBeLessThan(10_000);
  const pdf = estimate({ max_tokens: 1, data: "JVBERi0xLjQK".padEnd(1_600_000, "A") });
  expect(pdf.tokens).toBeGreaterThan(100_000);
});

test("every picture is found, wherever in a long request it stands", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc
            .integer({ min: 4_096, max: 30_000 })
            .map((length) => ({ data: "iVBORw0KGgo".padEnd(length, "A") })),
          fc.integer({ min: 0, max: 9_000 }).map((length) => ({ text: "a b ".repeat(length / 4) })),
        ),
        { maxLength: 12 },
      ),
      (parts) => {
        const pictures = parts.flatMap((part) => ("data" in part ? [part.data.length] : []));
        const found = mediaBytes(Buffer.from(JSON.stringify(parts)));
        expect(found).toEqual({
          pdf: 0,
          other: pictures.reduce((sum, length) => sum + length, 0),
          pieces: pictures.length,
        });
      },
    ),
  );
});

test("long texts are no media, whatever quotes are in them", () => {
  const text = 'He said: "well", and went on. '.repeat(2_000);
  expect(mediaBytes(Buffer.from(JSON.stringify({ text })))).toEqual({ pdf: 0, other: 0, pieces: 0 });
});
