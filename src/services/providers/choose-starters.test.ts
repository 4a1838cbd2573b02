import { expect, test } from "bun:test";
import { profileOf } from "../../catalog/profile-of.ts";
import type { DiscoveredModel } from "../../drivers/driver.ts";
import { chooseStarters } from "./choose-starters.ts";

const choose = (driver: string, found: readonly (string | DiscoveredModel)[]) =>
  chooseStarters(
    { profileOf },
    { driver },
    found.map((each) => (typeof each === "string" ? { id: each } : each)),
  );

test("of a vendor's whole list the capable and affordable chat models start, whatever order it comes in", () => {
  const list = [
    ...["gpt-3.5-turbo", "gpt-4", "gpt-4o-2024-05-13", "gpt-4o", "o1-pro", "gpt-5-pro", "gpt-4.1", "o3"],
    ...["gpt-5", "gpt-5-mini", "gpt-5.1", "text-embedding-3-small", "whisper-1", "dall-e-3", "o4-mini"],
  ];
  for (const found of [list, list.toReversed()]) {
    const starters = choose("openai", found);
    expect(starters.length).toBe(8);
    expect(["gpt-5", "gpt-5-mini", "gpt-5.1"]).toContain(starters[0] ?? "");
    const never = ["o1-pro", "gpt-5-pro", "text-embedding-3-small", "whisper-1", "dall-e-3"];
    expect(starters.filter((id) => never.includes(id))).toEqual([]);
  }
});

test("a dated snapshot starts only where the name that follows it is missing", () => {
  const dated = "claude-sonnet-4-5-20250929";
  expect(choose("anthropic", [dated, "claude-sonnet-4-5"])).toEqual(["claude-sonnet-4-5"]);
  expect(choose("anthropic", [dated])).toEqual([dated]);
});

test("what the vendor says goes before the catalog: a model without tools comes last, a dear one after the others", () => {
  const price = { aboveInputTokens: 0, input: 1, cacheRead: undefined, cacheWrite5m: undefined };
  const more = { cacheWrite1h: undefined, inputAudio: undefined, outputAudio: undefined };
  expect(
    choose("openai", [
      { id: "gpt-5", facts: { parameters: ["temperature"] } },
      { id: "gpt-5.1", facts: { prices: [{ ...price, ...more, output: 100 }] } },
      { id: "gpt-4o", facts: { parameters: ["tools"] } },
    ]),
  ).toEqual(["gpt-4o", "gpt-5.1", "gpt-5"]);
});

test("a deployment is known by the model behind it", () => {
  expect(choose("azure_openai", ["nobody-knows", { id: "mine", facts: { baseModel: "gpt-5" } }])).toEqual([
    "mine",
  ]);
});

test("where nothing is known, a short list starts whole and a long one with one model", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, number) => `own-${number}`);
  expect(choose("ollama", ids(3))).toEqual(ids(3));
  expect(choose("ollama", ids(40))).toEqual(["own-0"]);
});
