import { expect, test } from "bun:test";
import { secondsAfterNext } from "./rounds.ts";

test("what only the first round does is not expected of the others", () => {
  // 70 s, 25 of them first warm-ups and large bodies: a round by itself takes 45.
  expect(secondsAfterNext({ round: 1, elapsed: 70, once: 25 })).toBe(115);
  expect(secondsAfterNext({ round: 2, elapsed: 115, once: 25 })).toBe(160);
});
