import { afterAll, beforeAll, expect, test } from "bun:test";
import { testPostgres } from "../postgres.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { type ServerProcess, scratchFolder, startProcess } from "./server-process.ts";
import { chatSurface } from "./world.ts";

const folder = scratchFolder();
let network: TcpProxy;
let server: ServerProcess;
beforeAll(async () => {
  const postgres = await testPostgres();
  const url = new URL(await postgres.createDatabase());
  network = startTcpProxy(postgres.port);
  url.port = String(network.port);
  server = await startProcess(folder.path, {
    env: { PENSTOCK_DATABASE_URL: url.href, PENSTOCK_DATABASE_STATEMENT_TIMEOUT_MS: "1000" },
  });
}, 60_000);
afterAll(() => {
  server[Symbol.dispose]();
  network[Symbol.dispose]();
  folder[Symbol.dispose]();
});

async function call(): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.bootstrap.gateway_key}` },
    body: JSON.stringify(chatSurface.body("playground-llm")),
  });
}

function manage(path: string, body?: unknown): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${server.bootstrap.admin_key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function readyz(): Promise<{ readonly status: number; readonly text: string; readonly ms: number }> {
  const started = performance.now();
  const response = await fetch(`${server.url}/readyz`);
  return { status: response.status, text: await response.text(), ms: performance.now() - started };
}

/** Until the API answers again; milliseconds it took. */
async function untilBack(): Promise<number> {
  const started = performance.now();
  while ((await manage("/keys")).status !== 200) {
    if (performance.now() - started > 20_000) throw new Error("the API did not come back within 20 s");
    await Bun.sleep(50);
  }
  return performance.now() - started;
}

for (const how of ["cut", "swallow"] as const) {
  test(`the network to the database ${how}s everything under load: calls go on, the API says 503, and all comes back`, async () => {
    let calls = 0;
    let running = true;
    const callers = Array.from({ length: 4 }, async () => {
      while (running) {
        const response = await call();
        const text = await response.text();
        if (response.status !== 200) throw new Error(`a call failed: ${response.status} ${text}`);
        calls++;
      }
    });
    const managers = Array.from({ length: 4 }, async (_, index) => {
      for (let round = 0; running; round++) {
        const response = await manage("/keys", { name: `${how}-${index}-${round}` });
        await response.text();
        // A change that was cut in the middle may be told as lost either way, but never as a fault of ours.
        if (![201, 409, 503].includes(response.status)) throw new Error(`a key: ${response.status}`);
      }
    });
    // A caller that fails is told at once, not at the end.
    const failed = Promise.all([...callers, ...managers]);
    const watched = <T>(work: Promise<T>): Promise<T> => Promise.race([work, failed.then(() => work)]);

    await watched(Bun.sleep(300));
    network[how]();
    await watched(Bun.sleep(500));
    const before = calls;
    const refused = await watched(manage("/keys"));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "storage_unavailable", retry_after_seconds: 1 });
    const ready = await watched(readyz());
    expect(ready.status).toBe(200);
    expect(ready.text).toContain("unreachable");
    expect(ready.ms).toBeLessThan(3_500);
    expect(calls).toBeGreaterThan(before);

    network.restore();
    const ms = await watched(untilBack());
    console.log(`the API was back ${Math.round(ms)} ms after the network (${how})`);
    running = false;
    await failed;
    expect((await readyz()).text).not.toContain("unreachable");
    // The key that is made now works at once: the plane follows the database again.
    const made = await manage("/keys", { name: `${how}-after` });
    expect(made.status).toBe(201);
  }, 60_000);
}
