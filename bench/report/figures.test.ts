import { expect, test } from "bun:test";
import type { Sample } from "../measure/sample.ts";
import { allLanes } from "../plan/lane.ts";
import { cellFigures, chunkFigures } from "./figures.ts";
import { judge } from "./verdicts.ts";

const lanes = allLanes;
const none = { p50: 1, p99: 2, max: 3 };

function sample(target: string, cell: string, cpuMicrosPerRequest: number, round = 0): Sample {
  const [lane = "", ...shape] = cell.split("/");
  return {
    target,
    lane,
    shape: shape.join("/"),
    round,
    requests: 100,
    failures: 0,
    requestsPerSecond: 1000,
    cpuMicrosPerRequest,
    latency: none,
    firstByte: none,
    residentBytes: 5e7,
    reconnects: 0,
  };
}

test("a ratio is taken within each round, to nginx with the same bytes", () => {
  const cells = cellFigures(
    [
      sample("nginx", "messages-messages/small/json", 10, 0),
      sample("nginx", "chat-chat/small/json", 99, 0),
      sample("penstock", "messages-chat/small/json", 40, 0),
      sample("nginx", "messages-messages/small/json", 20, 1),
      sample("penstock", "messages-chat/small/json", 60, 1),
    ],
    lanes,
  );
  const row = cells.find((cell) => cell.target === "penstock");
  expect(row?.ratioToNginx).toEqual({ median: 3.5, min: 3, max: 4 });
  expect(row?.cpuMicrosPerRequest.median).toBe(50);
});

test("a chunk costs what a long stream costs more than a short one, per chunk", () => {
  const chunks = chunkFigures(
    [
      sample("nginx", "chat-chat/small/stream", 1_000),
      sample("nginx", "chat-chat/small/stream-short", 40),
      sample("penstock", "chat-chat/small/stream", 2_500),
      sample("penstock", "chat-chat/small/stream-short", 100),
    ],
    lanes,
  );
  const row = chunks.find((chunk) => chunk.target === "penstock");
  expect(row?.cpuMicrosPerChunk.median).toBe(25);
  expect(row?.ratioToNginx?.median).toBe(2.5);
});

test("lanes whose protocols nginx does not proxy are held against the nearest one it does", () => {
  const samples = [
    sample("nginx", "chat-chat/small/json", 10),
    sample("nginx", "messages-messages/small/json", 20),
    sample("penstock", "chat-gemini/small/json", 50),
    sample("penstock", "responses-messages/small/json", 70),
    sample("penstock", "messages-converse/small/json", 60),
  ];
  const cells = cellFigures(samples, lanes);
  const verdicts = judge({ cells, chunks: [], openLoop: [], starts: [], openStreams: [], slowReaders: [] });
  expect(
    verdicts.map(({ case: name, limit, measured, outcome }) => [name, limit, measured, outcome]),
  ).toEqual([
    ["chat-gemini/small/json", 6, 5, "met"],
    ["responses-messages/small/json", 6, 7, "missed"],
    ["messages-converse/small/json", 6, 3, "met"],
  ]);
});

test("a missed promise says by how much, and one that was not measured says why", () => {
  const samples = [
    sample("nginx", "chat-chat/small/json", 10),
    sample("penstock", "chat-chat/small/json", 60),
    sample("penstock", "messages-chat/small/json", 50),
  ];
  const starts = [{ target: "penstock", startMs: [500, 250, 260], idleResidentBytes: 7e7 }];
  const verdicts = judge({
    cells: cellFigures(samples, lanes),
    chunks: [],
    openLoop: [],
    starts,
    openStreams: [],
    slowReaders: [],
  });
  const of = (text: string) => verdicts.find((one) => one.promise.includes(text));
  expect(of("passthrough")).toMatchObject({ outcome: "missed", measured: 6, missedBy: 0.5, binding: true });
  expect(of("translated")).toMatchObject({ outcome: "not measured", note: "nginx was not measured" });
  expect(of("cold start")).toMatchObject({ outcome: "met", measured: 255 });
  expect(of("open streams")).toMatchObject({ outcome: "not measured" });
});
