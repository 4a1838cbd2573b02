import { expect, test } from "bun:test";
import { createdAt } from "./created-at.ts";

test.each([
  [1_789_478_598, { created: 1_789_478_598 }],
  [1_789_478_598.7, { created: 1_789_478_598 }],
  [0, {}],
  [-1, {}],
  [0.5, {}],
  [1e308, {}],
  ["1789478598", {}],
  [null, {}],
])("%p is told as %p", (value, told) => {
  expect(createdAt(value)).toEqual(told);
});
