import { expect, test } from "bun:test";
import fc from "fast-check";
import { Circuit } from "./circuit.ts";

function opened(now: number): Circuit {
  const circuit = new Circuit();
  for (let i = 0; i < 5; i++) circuit.bad(now, "free");
  return circuit;
}

test("opens at the fifth failure in a row, and not when an answer comes between", () => {
  const circuit = new Circuit();
  for (let i = 0; i < 4; i++) expect(circuit.bad(0, "free")).toBe(false);
  circuit.good(0, "free");
  for (let i = 0; i < 4; i++) expect(circuit.bad(0, "free")).toBe(false);
  expect(circuit.enter(0)).toBe("free");
  expect(circuit.bad(0, "free")).toBe(true);
  expect(circuit.enter(0)).toBe("refused");
  expect(circuit.waitMs(0)).toBe(10_000);
});

test("opens when half of twenty calls within half a minute failed, and not for what is longer ago", () => {
  const often = new Circuit();
  for (let i = 0; i < 10; i++) {
    often.good(i, "free");
    if (i < 9) expect(often.bad(i, "free")).toBe(false);
    else expect(often.bad(i, "free")).toBe(true);
  }
  const seldom = new Circuit();
  for (let i = 0; i < 40; i++) {
    seldom.good(i * 4_000, "free");
    expect(seldom.bad(i * 4_000, "free")).toBe(false);
  }
});

test("when its time is up exactly one call may try; its answer closes the circuit", () => {
  const circuit = opened(0);
  expect(circuit.enter(9_999)).toBe("refused");
  expect(circuit.enter(10_000)).toBe("probe");
  for (let i = 0; i < 50; i++) expect(circuit.enter(10_000 + i)).toBe("refused");
  circuit.good(10_100, "probe");
  expect(circuit.enter(10_100)).toBe("free");
  expect(circuit.waitMs(10_100)).toBe(0);
});

test("a failed try opens it for twice as long, up to two minutes", () => {
  const circuit = opened(0);
  let now = 0;
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    waits.push(circuit.waitMs(now));
    now += circuit.waitMs(now);
    expect(circuit.enter(now)).toBe("probe");
    circuit.bad(now, "probe");
  }
  expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
});

test("calls that were under way when it opened neither close it nor lengthen it", () => {
  const circuit = opened(0);
  circuit.good(5, "free");
  expect(circuit.bad(6, "free")).toBe(false);
  expect(circuit.enter(7)).toBe("refused");
  expect(circuit.waitMs(10)).toBe(9_990);
});

test("a try that ends without a verdict leaves the next one to another", () => {
  const circuit = opened(0);
  expect(circuit.enter(10_000)).toBe("probe");
  circuit.release("probe");
  expect(circuit.enter(10_001)).toBe("probe");
});

test("whatever happens, at most one probe is out at a time", () => {
  const event = fc.record({
    what: fc.constantFrom("enter", "good", "bad", "release"),
    pause: fc.nat({ max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const circuit = new Circuit();
      const out: ("free" | "probe")[] = [];
      let now = 0;
      for (const { what, pause } of events) {
        now += pause;
        if (what === "enter") {
          const passage = circuit.enter(now);
          if (passage !== "refused") out.push(passage);
          else expect(circuit.waitMs(now)).toBeGreaterThan(0);
          expect(out.filter((each) => each === "probe").length).toBeLessThanOrEqual(1);
          continue;
        }
        const passage = out.shift();
        if (passage === undefined) continue;
        if (what === "good") circuit.good(now, passage);
        else if (what === "bad") circuit.bad(now, passage);
        else circuit.release(passage);
      }
    }),
  );
});
