import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { startAnthropicMock } from "../mocks/anthropic-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { type ServerProcess, scratchFolder, spawnServer, startProcess } from "./server-process.ts";
import { messagesSurface } from "./world.ts";

let vendor: MockVendor;
beforeAll(() => {
  vendor = startAnthropicMock();
});
afterAll(() => vendor.close());

interface Acknowledged {
  readonly providers: string[];
  readonly keys: string[];
  /** From here on a call that fails says nothing. */
  killed: boolean;
}

function post({ url, bootstrap }: ServerProcess, path: string, body: unknown): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${bootstrap.admin_key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Creates providers and keys until the server is gone; notes what it was told is saved. */
async function writeUntilKilled(
  server: ServerProcess,
  prefix: string,
  acknowledged: Acknowledged,
): Promise<void> {
  for (let index = 0; ; index++) {
    try {
      const name = `${prefix}-${index}`;
      const provider = await post(server, "/providers?discover=false", {
        name,
        driver: "anthropic",
        base_url: vendor.url,
        credentials: { api_key: vendor.apiKey },
        models: ["claude-sonnet-4-5"],
      });
      expect(provider.status).toBe(201);
      acknowledged.providers.push(name);
      const key = await post(server, "/keys", { name });
      const { value } = (await key.json()) as { value: string };
      acknowledged.keys.push(value);
    } catch (error) {
      if (acknowledged.killed) return;
      throw error;
    }
  }
}

async function ask(url: string, { key, model }: { key: string; model: string }): Promise<number> {
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key },
    body: JSON.stringify(messagesSurface.body(model)),
  });
  await response.text();
  return response.status;
}

test("killed with -9 while providers and keys are created: what was acknowledged is there and works", async () => {
  using folder = scratchFolder();
  const acknowledged: Acknowledged = { providers: [], keys: [], killed: false };
  let firstKey = "";
  for (let round = 0; round < 3; round++) {
    using server = await startProcess(folder.path);
    acknowledged.killed = false;
    firstKey ||= server.bootstrap.gateway_key;
    expect(server.bootstrap.gateway_key).toBe(firstKey);
    const writers = ["a", "b", "c"].map((writer) =>
      writeUntilKilled(server, `r${round}${writer}`, acknowledged),
    );
    // At a random moment of the writing, however slow the machine is.
    const before = acknowledged.providers.length;
    while (acknowledged.providers.length < before + 5) await Bun.sleep(5);
    await Bun.sleep(Math.random() * 40);
    acknowledged.killed = true;
    server.signal("SIGKILL");
    expect(await server.exited).toBe(137);
    await Promise.all(writers);
  }
  expect(acknowledged.providers.length).toBeGreaterThanOrEqual(15);

  using server = await startProcess(folder.path);
  expect(await ask(server.url, { key: firstKey, model: "playground-llm" })).toBe(200);
  for (const name of acknowledged.providers)
    expect(await ask(server.url, { key: firstKey, model: `${name}/claude-sonnet-4-5` })).toBe(200);
  for (const key of acknowledged.keys)
    expect(await ask(server.url, { key, model: "playground-llm" })).toBe(200);
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  const database = new Database(join(folder.path, "penstock.db"), { readonly: true });
  expect(database.query("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  database.close();
}, 40_000);

test("killed with -9 during its first start, at any moment: the next start hands out keys that work", async () => {
  using folder = scratchFolder();
  for (let round = 0; round < 4; round++) {
    using child = spawnServer(folder.path);
    await Bun.sleep(60 + round * 70 + Math.random() * 40);
    child.signal("SIGKILL");
    await child.exited;
  }
  using server = await startProcess(folder.path);
  expect(await ask(server.url, { key: server.bootstrap.gateway_key, model: "playground-llm" })).toBe(200);
}, 40_000);
