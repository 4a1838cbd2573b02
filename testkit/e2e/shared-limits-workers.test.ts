import { afterAll, beforeAll, expect, test } from "bun:test";
import { startRedis, type TestRedis } from "../redis.ts";
import { scratchFolder } from "./server-process.ts";
import { startWorkers, type WorkerServer } from "./worker-processes.ts";

let redis: TestRedis;
let server: WorkerServer;
const folder = scratchFolder();
beforeAll(async () => {
  redis = await startRedis();
  server = await startWorkers(folder.path, {
    env: { PENSTOCK_WORKERS: "2", PENSTOCK_REDIS_URL: redis.url, PENSTOCK_REDIS_TIMEOUT_MS: "500" },
  });
}, 60_000);
afterAll(async () => {
  server?.[Symbol.dispose]();
  await server?.vendor.close();
  folder[Symbol.dispose]();
  await redis?.close();
});

test("workers ask Redis themselves: of many at once, one gets in where there is room for one", async () => {
  const key = await server.manage<{ id: string; value: string }>("POST", "/keys", { name: "limited" });
  await server.manage("POST", "/limits", { subject: { kind: "key", id: key.id }, concurrency: 1 });
  server.vendor.reply({ recording: "openai/chat/openai-text.json", pace: { delayMs: 3_000 } });
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const response = await server.call({}, key.value);
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 59 }, () => 429)]);
  const limits = async () =>
    ((await (await fetch(`${server.url}/readyz`)).json()) as { limits?: string }).limits;
  expect(await limits()).toBe("ok");
  expect((await server.metrics()).value("penstock_limits_shared")).toBe(1);
  await redis.kill();
  const deadline = Date.now() + 10_000;
  while ((await limits()) === "ok" && Date.now() < deadline) await Bun.sleep(50);
  // The process that only starts the workers is no replica that a share is kept for.
  expect(await limits()).toBe("redis unreachable: counting this replica's share, 1 of 2");
  expect((await server.metrics()).value("penstock_limits_shared")).toBe(0);
  expect((await server.metrics()).value("penstock_limits_replicas")).toBe(2);
}, 30_000);
