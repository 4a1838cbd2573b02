import { expect, test } from "bun:test";
import { Watchdog } from "./watchdog.ts";

test("a watch expires once, when its last deadline has passed", () => {
  let now = 0;
  const expired: string[] = [];
  const watchdog = new Watchdog(() => now);
  const moved = watchdog.watch(1000, () => expired.push("moved"));
  watchdog.watch(1000, () => expired.push("kept"));
  watchdog.watch(500, () => expired.push("stopped")).stop();
  now = 900;
  moved.reset(1000);
  now = 1000;
  watchdog.check();
  expect(expired).toEqual(["kept"]);
  now = 1900;
  watchdog.check();
  watchdog.check();
  expect(expired).toEqual(["kept", "moved"]);
  watchdog.close();
});

test("an expired watch can be set again", () => {
  let now = 0;
  let times = 0;
  const watchdog = new Watchdog(() => now);
  const watch = watchdog.watch(10, () => {
    times++;
    watch.reset(10);
  });
  for (now = 10; now <= 50; now += 10) watchdog.check();
  expect(times).toBe(5);
  watchdog.close();
});

test("an object is told as a function is: the milliseconds that were last given", () => {
  let now = 0;
  const told: number[] = [];
  const watchdog = new Watchdog(() => now);
  watchdog.watch(10, { expire: (allowed) => told.push(allowed) }).reset(20);
  watchdog.watch(30, (allowed) => told.push(allowed));
  now = 30;
  watchdog.check();
  expect(told).toEqual([20, 30]);
  watchdog.close();
});
