import { describe, expect, test } from "bun:test";
import { costOf } from "../plane/cost-of.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import { bundledModel } from "./bundled-prices.ts";
import { profileOf } from "./profile-of.ts";

const claude = (id: string) => profileOf("anthropic", id)?.traits;
const gpt = (id: string) => profileOf("openai_completions", id)?.traits;

describe("Claude generations", () => {
  test.each([
    ["claude-3-haiku-20240307", "claude-3"],
    ["claude-3-5-sonnet-20241022", "claude-3.5"],
    ["claude-3-7-sonnet-latest", "claude-3.7"],
    ["claude-sonnet-4-20250514", "claude-sonnet-4"],
    ["claude-sonnet-4-0", "claude-sonnet-4"],
    ["claude-opus-4-20250514", "claude-opus-4.1"],
    ["claude-opus-4-1-20250805", "claude-opus-4.1"],
    ["claude-opus-4-5-20251101", "claude-opus-4.5"],
    ["claude-sonnet-4-5", "claude-4.5"],
    ["claude-haiku-4-5-20251001", "claude-4.5"],
    ["claude-opus-4-6", "claude-4.6"],
    ["claude-opus-4-8", "claude-opus-4.7"],
    ["claude-sonnet-5", "claude-5"],
    ["claude-opus-5", "claude-5"],
    ["claude-fable-5", "claude-fable-5"],
    ["claude-haiku-5-5", "claude-haiku-5.5"],
    ["claude-sonnet-5-5", "claude-5.5"],
    ["claude-opus-5-5", "claude-5.5"],
    ["claude-fable-5-1", "claude-5.5"],
    ["claude-mythos-5-1", "claude-5.5"],
  ])("%s belongs to %s", (id, family) => expect(profileOf("anthropic", id)?.family).toBe(family));

  test("a 4.5 model reasons by budget and may be forced; a 5.5 model neither", () => {
    expect(claude("claude-sonnet-4-5")).toMatchObject({
      reasoning: "budget",
      sampling: true,
      forcedToolChoice: true,
    });
    expect(claude("claude-opus-5-5")).toMatchObject({
      reasoning: "adaptive",
      alwaysReasons: true,
      sampling: false,
      forcedToolChoice: false,
      prefill: false,
    });
  });

  test("a future Claude is taken for one of the newest generation", () => {
    expect(claude("claude-saga-7")).toEqual(claude("claude-opus-5-5") ?? {});
  });

  test("xhigh is known from 4.7 on", () => {
    expect(claude("claude-opus-4-6")?.efforts).not.toContain("xhigh");
    expect(claude("claude-opus-4-7")?.efforts).toContain("xhigh");
  });
});

describe("Gemini generations", () => {
  test.each([
    ["gemini-1.5-pro", "gemini-1.5"],
    ["gemini-2.0-flash-001", "gemini-2.0"],
    ["gemini-2.5-pro", "gemini-2.5-pro"],
    ["gemini-2.5-flash", "gemini-2.5-flash"],
    ["gemini-2.5-flash-lite", "gemini-2.5-flash-lite"],
    ["gemini-3-pro-preview", "gemini-3-pro"],
    ["gemini-3.1-pro-preview", "gemini-3"],
    ["gemini-3-flash-preview", "gemini-3-flash"],
    ["gemini-3.7-flash", "gemini-3.7-flash"],
    ["gemini-flash-latest", "gemini-3.7-flash"],
    ["gemini-4-neon", "gemini-4"],
    ["gemma-3-27b-it", "gemma"],
    ["gemini-embedding-001", "embedding"],
  ])("%s belongs to %s", (id, family) => expect(profileOf("gemini", id)?.family).toBe(family));

  test("2.5 reasons by budget, 3 by level, and only levels bind an answer's form beside tools", () => {
    expect(profileOf("gemini", "gemini-2.5-pro")?.traits).toMatchObject({
      reasoning: "budget",
      reasoningBudget: { min: 128, max: 32_768 },
      structuredOutputWithTools: false,
    });
    expect(profileOf("gemini", "gemini-3-pro-preview")?.traits).toMatchObject({
      reasoning: "effort",
      efforts: ["low", "high"],
      structuredOutputWithTools: true,
    });
    expect(profileOf("gemini", "gemini-2.5-pro")?.prices[0]).toMatchObject({ input: 1.25, output: 10 });
  });
});

describe("GPT families", () => {
  test.each([
    ["gpt-4o-mini", "gpt-4o"],
    ["gpt-4o-search-preview", "gpt-4o-search"],
    ["gpt-4.1-nano-2025-04-14", "gpt-4.1"],
    ["gpt-4-0613", "gpt-4"],
    ["gpt-4-turbo", "gpt-4-turbo"],
    ["gpt-3.5-turbo", "gpt-3.5"],
    ["o3", "o-series"],
    ["gpt-5-mini-2025-08-07", "gpt-5"],
    ["gpt-5-chat-latest", "gpt-5-chat"],
    ["gpt-5.1-codex-mini", "gpt-5.1"],
    ["gpt-5.3-chat-latest", "gpt-5-chat"],
    ["gpt-5.4-mini", "gpt-5.2"],
    ["gpt-5.6-terra", "gpt-5.5"],
    ["gpt-6-astra", "gpt-6-astra"],
    ["gpt-6.1-sol", "gpt-6"],
    ["gpt-7", "gpt-next"],
    ["openai/gpt-oss-120b", "gpt-oss"],
    ["text-embedding-3-small", "embedding"],
  ])("%s belongs to %s", (id, family) => expect(profileOf("openai_completions", id)?.family).toBe(family));

  test("efforts follow the generation", () => {
    expect(gpt("gpt-5")?.efforts).toEqual(["minimal", "low", "medium", "high"]);
    expect(gpt("gpt-5.1")?.efforts).toEqual(["none", "low", "medium", "high"]);
    expect(gpt("gpt-6-astra")?.efforts).not.toContain("none");
  });

  test("a model of nobody we know has no profile", () => {
    expect(profileOf("openai_completions", "qwen3-coder:30b")).toBeUndefined();
    expect(profileOf("anthropic", "gpt-4o")).toBeUndefined();
    expect(profileOf("no_such_driver", "gpt-4o")).toBeUndefined();
    expect(profileOf("constructor", "gpt-4o")).toBeUndefined();
  });
});

describe("prices", () => {
  const standard = (driver: string, wireId: string) =>
    profileOf(driver, wireId)?.prices.filter(({ serviceTier }) => serviceTier === undefined) ?? [];

  test("cache reads and both cache writes have prices", () => {
    expect(standard("anthropic", "claude-haiku-4-5-20251001")).toEqual([
      {
        aboveInputTokens: 0,
        input: 1,
        output: 5,
        cacheRead: 0.1,
        cacheWrite5m: 1.25,
        cacheWrite1h: 2,
        inputAudio: undefined,
        outputAudio: undefined,
      },
    ]);
  });

  test("a long context is a second tier of the same model", () => {
    const prices = standard("anthropic", "claude-sonnet-4-5");
    expect(prices.map(({ aboveInputTokens, input, output }) => [aboveInputTokens, input, output])).toEqual([
      [0, 3, 15],
      [200_000, 6, 22.5],
    ]);
  });

  test("embeddings are priced by their input", () => {
    expect(profileOf("openai_completions", "text-embedding-3-small")?.prices[0]).toMatchObject({
      output: 0,
      input: 0.02,
    });
  });

  test("a vendor's data never answers with another vendor's price", () => {
    expect(bundledModel("openai", "claude-opus-4-5")).toBeUndefined();
  });

  test("the playground is free, which is not the same as unpriced", () => {
    const profile = profileOf("playground", "playground-llm");
    expect(costOf({ ...noUsage, input: 1e6, output: 1e6 }, profile?.prices ?? [])).toBe(0);
    expect(profileOf("playground", "other")).toBeUndefined();
  });
});

describe("MAI models", () => {
  test("are known by the name of their deployment, however it is written", () => {
    expect(profileOf("mai", "MAI-Thinking-1")).toMatchObject({
      family: "mai-thinking",
      contextTokens: 256_000,
      traits: { sampling: false, maxOutputTokens: 65_536 },
    });
    expect(profileOf("mai", "mai-ds-r1")?.family).toBe("mai-ds-r1");
    expect(profileOf("mai", "my-own-name")).toBeUndefined();
  });
});
