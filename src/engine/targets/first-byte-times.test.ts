import { expect, test } from "bun:test";
import { FirstByteTimes } from "./first-byte-times.ts";

test("the smoothed time follows the answers; the percentile waits for eight of them", () => {
  const times = new FirstByteTimes();
  expect(times.smoothed).toBeUndefined();
  times.add(100);
  expect(times.smoothed).toBe(100);
  times.add(200);
  expect(times.smoothed).toBe(120);
  for (let i = 0; i < 5; i++) times.add(100);
  expect(times.p95).toBeUndefined();
  times.add(100);
  expect(times.p95).toBe(200);
});

test("only the last 32 answers count, sorted as numbers", () => {
  const times = new FirstByteTimes();
  for (let i = 0; i < 40; i++) times.add(9_000);
  for (let i = 1; i <= 32; i++) times.add(i);
  expect(times.p95).toBe(31);
});
