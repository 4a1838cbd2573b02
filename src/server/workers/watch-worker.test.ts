import { expect, test } from "bun:test";
import { watchWorker } from "./watch-worker.ts";

const late = async (ms: number) => {
  await Bun.sleep(ms);
  throw new TypeError("late");
};

test("a worker that gives no sign of life is told of once, and not before its time", async () => {
  const began = performance.now();
  let hung = 0;
  watchWorker({ ask: late, onHung: () => hung++, everyMs: 5, patienceMs: 40 });
  await Bun.sleep(60);
  expect(hung).toBe(0);
  while (hung === 0 && performance.now() - began < 2_000) await Bun.sleep(5);
  expect(performance.now() - began).toBeGreaterThanOrEqual(80);
  await Bun.sleep(150);
  expect(hung).toBe(1);
});

test("one that answers is left alone, also when only the second answer is in time", async () => {
  let hung = 0;
  let asked = 0;
  const stop = watchWorker({
    ask: (ms) => (asked++ % 2 === 0 ? late(ms) : Promise.resolve()),
    onHung: () => hung++,
    ...{ everyMs: 5, patienceMs: 10 },
  });
  while (asked < 8) await Bun.sleep(5);
  stop();
  const then = asked;
  await Bun.sleep(60);
  expect(hung).toBe(0);
  expect(asked).toBeLessThanOrEqual(then + 1);
});
