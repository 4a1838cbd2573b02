import { expect, test } from "bun:test";
import { testPostgres } from "../postgres.ts";
import { scratchFolder } from "./server-process.ts";
import { startWorkers, statusOf, times } from "./worker-processes.ts";

test("on PostgreSQL several workers are one server, too", async () => {
  const postgres = await testPostgres();
  const databaseUrl = await postgres.createDatabase();
  using folder = scratchFolder();
  using server = await startWorkers(folder.path, {
    env: { PENSTOCK_WORKERS: "3", PENSTOCK_DATABASE_URL: databaseUrl, PENSTOCK_EGRESS_ALLOW: "127.0.0.1" },
  });
  for (let round = 0; round < 3; round++) {
    const key = await server.manage<{ id: string; value: string }>("POST", "/keys", { name: `k${round}` });
    const limit = { subject: { kind: "key", id: key.id }, requests_per_minute: 12 };
    await server.manage("POST", "/limits", limit);
    const met = await times(36, () => statusOf(server.call({}, key.value)));
    expect(met.filter((status) => status === 200)).toHaveLength(12);
    expect(met.filter((status) => status === 429)).toHaveLength(24);
    await server.manage("DELETE", `/keys/${key.id}`);
    const refused = await times(18, () => statusOf(server.call({}, key.value)));
    expect(refused).toEqual(refused.map(() => 401));
  }
  const answer = await server.call();
  await answer.text();
  const id = answer.headers.get("x-penstock-request-id");
  expect(await server.manage<{ status: number }>("GET", `/requests/${id}`)).toMatchObject({ status: 200 });
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
}, 60_000);
