import { expect, test } from "bun:test";
import { BenchError } from "./bench-error.ts";
import { findCase } from "./measure/find-case.ts";
import { parseOptions } from "./options.ts";

test("without arguments everything is measured in full", () => {
  expect(parseOptions([])).toMatchObject({
    quick: false,
    targets: ["nginx", "minimal", "portkey", "penstock"],
    profile: undefined,
  });
});

test("a typing error is refused with what would be right", () => {
  for (const words of [["--fast"], ["--targets", "apache"], ["stray"]]) {
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
