import { afterAll, expect, test } from "bun:test";
import { startMockUpstream } from "../mock/upstream.ts";
import { chatPassthrough, messagesPassthrough } from "../plan/lane.ts";
import { jsonShape, type Shape, streamShape } from "../plan/shape.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { runOpenLoop } from "./open-loop.ts";

const upstream = startMockUpstream(0);
// Stands in for a target's process: a load waits until that is quiet, which this one never is.
const idle = Bun.spawn(["sleep", "120"]);
afterAll(() => {
  upstream.stop();
  idle.kill();
});

const base = { port: upstream.port, pid: idle.pid, key: "sk-x" };
const closed = { kind: "closed", warmupMs: 0, windowMs: 0, settleMs: 50 } as const;

for (const lane of [chatPassthrough, messagesPassthrough]) {
  for (const shape of [jsonShape("2m"), streamShape("small")]) {
    test(`every ${lane.surface} ${shape.id} answer of the mock upstream is whole`, async () => {
      const few: Shape = { ...shape, concurrency: 3 };
      const result = await runClosedLoop({ ...closed, ...base, lane, shape: few, requests: 6 });
      expect(result.firstFailure).toBeUndefined();
      expect(result.requests).toBe(6);
      expect(result.latency.p50).toBeGreaterThanOrEqual(result.firstByte.p50);
    });
  }
}

test("chunks of a spaced stream are written milliseconds apart, those of a burst are not", async () => {
  const spaced: Shape = { ...streamShape("small"), concurrency: 1 };
  const burst: Shape = { ...spaced, pace: "burst" };
  const load = { ...closed, ...base, lane: chatPassthrough, requests: 1 };
  const [slow, fast] = [
    await runClosedLoop({ ...load, shape: spaced }),
    await runClosedLoop({ ...load, shape: burst }),
  ];
  expect(slow.latency.p50).toBeGreaterThan(200);
  expect(fast.latency.p50).toBeLessThan(slow.latency.p50 / 2);
});

test("a target that answers wrongly is found out and not asked for ever", async () => {
  const wrong = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("busy", { status: 429 }),
  });
  const shape: Shape = { ...jsonShape("small"), concurrency: 2 };
  const load = { ...closed, ...base, port: wrong.port ?? 0, lane: chatPassthrough, shape };
  const result = await runClosedLoop({ ...load, requests: 100_000 });
  await wrong.stop(true);
  expect(result.failures).toBe(result.requests);
  expect(result.requests).toBeLessThan(100);
  expect(result.firstFailure).toBe("status 429: busy");
});

test("a connection that breaks inside an answer is a failure, not a hang", async () => {
  const broken = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
        socket.end();
      },
    },
  });
  const shape: Shape = { ...jsonShape("small"), concurrency: 1 };
  const load = { ...closed, ...base, port: broken.port, lane: chatPassthrough, shape, requests: 2 };
  const result = await runClosedLoop(load);
  broken.stop(true);
  expect(result.failures).toBe(2);
  expect(result.firstFailure).toContain("closed before the answer was whole");
});

test("in open loop a stall shows in every request it held up", async () => {
  const stallMs = 300;
  const answer = await fetch(`http://127.0.0.1:${upstream.port}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "chat-c3-burst" }),
  }).then((response) => response.text());
  let asked = 0;
  const stalling = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async () => {
      asked += 1;
      if (asked === 50) Bun.sleepSync(stallMs);
      return new Response(answer, { headers: { "content-type": "application/json" } });
    },
  });
  const result = await runOpenLoop({
    kind: "open",
    ...base,
    port: stalling.port ?? 0,
    lane: chatPassthrough,
    shape: jsonShape("small"),
    ratePerSecond: 200,
    warmupMs: 200,
    durationMs: 1_000,
  });
  await stalling.stop(true);
  expect(result.failures).toBe(0);
  expect(result.requests).toBe(200);
  // 60 of 200 requests were due during the stall; a closed loop would have noticed it once.
  expect(result.latency.p99).toBeGreaterThan(stallMs * 0.8);
});
