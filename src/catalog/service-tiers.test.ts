import { expect, test } from "bun:test";
import { costOf } from "../plane/cost-of.ts";
import { noUsage } from "../wire/neutral/usage.ts";
import { catalogPriceVersion } from "./price-version.ts";
import { profileOf } from "./profile-of.ts";

const cost = (driver: string, model: string, serviceTier?: string) =>
  costOf(
    { ...noUsage, input: 600_000, cacheRead: 300_000, output: 100_000, ...(serviceTier && { serviceTier }) },
    profileOf(driver, model)?.prices ?? [],
  ) ?? Number.NaN;

test.each([
  ["openai", "gpt-5", "flex", 0.5],
  ["openai", "gpt-5", "priority", 2],
  ["openai", "gpt-5", "fast", 2],
  ["openai", "gpt-5-mini", "priority", 1.8],
  ["openai", "gpt-4o", "batch", 0.5],
  ["openai", "gpt-5", "default", 1],
  ["openai", "gpt-5", "auto", 1],
  ["openai", "gpt-5", "never-heard-of", 1],
  ["anthropic", "claude-sonnet-4-5", "standard", 1],
  ["anthropic", "claude-sonnet-4-5", "batch", 0.5],
  ["gemini", "gemini-2.5-pro", "flex", 0.5],
])("%s's %s costs at the tier %s %d times the standard price", (driver, model, tier, times) => {
  const standard = cost(driver, model);
  expect(standard).toBeGreaterThan(0);
  expect(cost(driver, model, tier)).toBeCloseTo(standard * times, 9);
});

test("a tier has no influence on the prices of others, nor on a model's first price", () => {
  const [first] = profileOf("openai", "gpt-5")?.prices ?? [];
  expect(first?.serviceTier).toBeUndefined();
  expect(first?.aboveInputTokens).toBe(0);
});

test("the version is that of the installed price data", async () => {
  const { version } = await Bun.file("node_modules/@pydantic/genai-prices/package.json").json();
  expect(catalogPriceVersion).toBe(`genai-prices@${version}`);
});
