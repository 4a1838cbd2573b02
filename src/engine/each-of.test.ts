import { expect, test } from "bun:test";
import { eachOf } from "./each-of.ts";

test("all are run, no more than so many at a time", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await eachOf([5, 1, 4, 2, 3, 0], {
    atOnce: 3,
    async run(ms, index) {
      most = Math.max(most, ++running);
      await Bun.sleep(ms);
      done.push(index);
      running--;
    },
  });
  expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(3);
});

test("after a failure no more are begun", async () => {
  const begun: number[] = [];
  const run = eachOf([0, 1, 2, 3, 4, 5, 6, 7], {
    atOnce: 2,
    async run(item) {
      begun.push(item);
      await Bun.sleep(1);
      if (item === 2) throw new RangeError("two");
    },
  });
  await expect(run).rejects.toThrow("two");
  await Bun.sleep(10);
  expect(begun.length).toBeLessThanOrEqual(4);
});

test("an empty list is done at once", async () => {
  await eachOf([], { atOnce: 4, run: () => Promise.reject(new RangeError("never")) });
});
