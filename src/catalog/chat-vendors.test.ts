import { expect, test } from "bun:test";
import { profileOf } from "./profile-of.ts";

test.each([
  ["mistral-medium-3-5", "mistral-medium-3.5", ["none", "high"]],
  ["mistral-small-2603", "mistral-small-4", ["none", "high"]],
  ["mistral-small-2506", "mistral", []],
  ["mistral-large-4-0", "mistral-large-4", ["low", "medium", "high"]],
  ["magistral-medium-2509", "magistral", []],
  ["devstral-2512", "mistral", []],
])("%s belongs to %s", (id, family, efforts) => {
  const profile = profileOf("mistral", id);
  expect(profile?.family).toBe(family);
  expect(profile?.traits.efforts?.join() ?? "").toBe(efforts.join());
  expect(profile?.traits.toolCallIdLength).toBe(9);
});

test.each([
  ["openrouter", "anthropic/claude-haiku-4.5", 5],
  ["fireworks", "accounts/fireworks/models/glm-5p2", 4.4],
  ["cloudflare", "@cf/meta/llama-3.1-8b-instruct", 0.827],
  ["mistral", "mistral-medium-3-5", 7.5],
])("%s has its own price for %s", (driver, id, output) => {
  expect(profileOf(driver, id)?.prices[0]?.output).toBe(output);
});

test("Muse always reasons and chooses its tools itself", () => {
  expect(profileOf("meta", "muse-ember-1.0")).toMatchObject({
    contextTokens: 1_048_576,
    traits: { alwaysReasons: true, forcedToolChoice: false },
  });
});
