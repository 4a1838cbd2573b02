import { expect, test } from "bun:test";
import { BenchError } from "./bench-error.ts";
import { findCase } from "./measure/find-case.ts";
import { parseOptions } from "./options.ts";

test("without arguments everything is measured in full", () => {
  expect(parseOptions([])).toMatchObject({
    quick: false,
    targets: ["nginx", "minimal", "penstock"],
    soak: 0,
    profile: undefined,
  });
});

test("--soak alone means a million, with a number that many", () => {
  expect(parseOptions(["--soak"]).soak).toBe(1_000_000);
  expect(parseOptions(["--soak", "--quick"])).toMatchObject({ soak: 1_000_000, quick: true });
  expect(parseOptions(["--soak", "5000"]).soak).toBe(5_000);
});

test("a typing error is refused with what would be right", () => {
  for (const words of [["--fast"], ["--targets", "apache"], ["stray"], ["--soak", "12x"]]) {
    expect(() => parseOptions(words)).toThrow(BenchError);
  }
});

test("an unknown case lists those there are", () => {
  expect(findCase("messages-chat/2m/stream", "penstock").shape.size).toBe("2m");
  try {
    findCase("chat/small", "penstock");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(BenchError);
    expect(error instanceof BenchError ? error.next : "").toContain("chat-chat/small/json");
  }
});
