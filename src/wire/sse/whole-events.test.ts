import { expect, test } from "bun:test";
import fc from "fast-check";
import { WholeEvents } from "./whole-events.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const line = fc.constantFrom("data: a", "data:", ": c", "event: e", "", "\r");

test("nothing is lost, and whatever is passed on ends in a blank line, however the stream is cut", () => {
  const stream = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n")), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(stream, fc.array(fc.nat()), (lines, cuts) => {
      const text = lines.flat().join("");
      const whole = new WholeEvents();
      let passed = "";
      let from = 0;
      for (const cut of [...cuts.map((n) => n % text.length).sort((a, b) => a - b), text.length]) {
        passed += Buffer.from(whole.push(bytes(text.slice(from, cut)))).toString();
        if (passed !== "") expect(passed).toMatch(/\n\r?\n$|^\r?\n$/);
        from = cut;
      }
      const uncut = new WholeEvents();
      expect(passed).toBe(Buffer.from(uncut.push(bytes(text))).toString());
      expect(passed + Buffer.from(whole.end()).toString()).toBe(text);
    }),
  );
});

test("a large event in single bytes costs no more than its length", () => {
  const event = bytes(`data: ${"x".repeat(300_000)}\n\n`);
  const whole = new WholeEvents();
  const started = performance.now();
  let passed = 0;
  for (let at = 0; at < event.length; at++) passed += whole.push(event.subarray(at, at + 1)).length;
  expect(passed).toBe(event.length);
  // Copied again for every byte, it would be 45 GB.
  expect(performance.now() - started).toBeLessThan(2000);
});
