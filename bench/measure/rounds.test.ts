import { expect, test } from "bun:test";
import { secondsAfterNext } from "./rounds.ts";

test("first warm-ups are not expected of the rounds after the first", () => {
  // 70 s, 25 of them first warm-ups: a round by itself takes 45.
  expect(secondsAfterNext({ round: 1, elapsed: 70, firstWarmups: 25 })).toBe(115);
  expect(secondsAfterNext({ round: 2, elapsed: 115, firstWarmups: 25 })).toBe(160);
});
