import { expect, test } from "bun:test";
import { type CpuProfile, topSelfTimes } from "./cpu-profile.ts";

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });
const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    { id: 1, callFrame: frame("(root)", "", -1) },
    { id: 2, callFrame: frame("relay", "file:///repo/src/engine/relay.ts", 9) },
    { id: 3, callFrame: frame("parse", "", -1) },
    { id: 4, callFrame: frame("relay", "file:///repo/src/engine/relay.ts", 9) },
  ],
  samples: [3, 3, 2, 4, 3, 1, 2],
  timeDeltas: [10, 100, 100, 100, 100, 100, 100],
};

test("adds up a function's samples from wherever it was called, within the window, the largest first", () => {
  const result = topSelfTimes({ profile, from: 1_100, to: 1_700, root: "/repo", count: 5 });
  expect(result.samples).toBe(5);
  expect(result.top).toEqual([
    { name: "relay", place: "src/engine/relay.ts:10", samples: 3, share: 0.6 },
    { name: "parse", place: "", samples: 2, share: 0.4 },
  ]);
});

test("shows no more functions than asked for", () => {
  expect(topSelfTimes({ profile, from: 0, to: 9_999, root: "/repo", count: 1 }).top).toHaveLength(1);
});
