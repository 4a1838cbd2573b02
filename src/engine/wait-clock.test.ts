import { expect, test } from "bun:test";
import fc from "fast-check";
import { WaitClock } from "./wait-clock.ts";

test("counts waits that overlap once, and what is still being waited for", () => {
  let now = 0;
  const clock = new WaitClock(() => now);
  clock.begin();
  now = 10;
  clock.begin();
  now = 15;
  clock.end();
  now = 20;
  expect(clock.waited(now)).toBe(20);
  clock.end();
  now = 100;
  expect(clock.waited(now)).toBe(20);
  clock.begin();
  now = 107;
  expect(clock.waited(now)).toBe(27);
});

test("waits never take longer than all the time there was", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(50))), (steps) => {
      let now = 0;
      let open = 0;
      let busy = 0;
      const clock = new WaitClock(() => now);
      for (const [begins, pause] of steps) {
        if (begins) {
          open++;
          clock.begin();
        } else if (open > 0) {
          open--;
          clock.end();
        }
        now += pause;
        if (open === 0) busy += pause;
      }
      expect(now - clock.waited(now)).toBe(busy);
    }),
  );
});

test("ends a wait that fails, and hands the same promise on", async () => {
  let now = 0;
  const clock = new WaitClock(() => now);
  const failing = Promise.reject(new RangeError("no"));
  expect(clock.during(failing)).toBe(failing);
  now = 5;
  await expect(failing).rejects.toThrow("no");
  now = 50;
  expect(clock.waited(now)).toBe(5);
});
