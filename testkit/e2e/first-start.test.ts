import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { commands, root, scratchFolder, spawnServer, startProcess } from "./server-process.ts";
import { chatSurface } from "./world.ts";

// What somebody sees who starts Penstock for the first time, for the second time, and wrongly.

/** Asks the playground; the status. */
async function ask(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(chatSurface.body("playground-llm")),
  });
  await response.text();
  return response.status;
}

test.concurrent("the first start leaves private keys that work, and prints a call that works as it stands", async () => {
  using folder = scratchFolder();
  const dataDir = join(folder.path, "a folder's data");
  using server = await startProcess(dataDir);
  const path = join(dataDir, "bootstrap.json");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { bootstrap, url } = server;
  expect(Object.keys(bootstrap).sort()).toEqual([
    "admin_key",
    "gateway_key",
    "gateway_url",
    "setup_url",
    "url",
  ]);
  expect(bootstrap.url).toBe(url);
  expect(await ask(url, bootstrap.gateway_key)).toBe(200);
  expect(await ask(url, bootstrap.admin_key)).toBe(403);
  const keyless = await fetch(`${bootstrap.gateway_url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(chatSurface.body("playground-llm")),
  });
  expect(keyless.status).toBe(200);
  const setup = await fetch(bootstrap.setup_url);
  expect([setup.status, setup.headers.get("content-type")]).toEqual([
    200,
    expect.stringContaining("text/html"),
  ]);
  expect((await fetch(`${bootstrap.setup_url}x`)).status).toBeGreaterThanOrEqual(400);

  const printed = server.stdout();
  // Into a pipe, as under a service manager, no secret is written.
  for (const secret of [
    bootstrap.gateway_key,
    bootstrap.admin_key,
    bootstrap.gateway_url,
    bootstrap.setup_url,
  ])
    expect(printed + server.stderr()).not.toContain(secret);
  const curl = printed.split("\n").find((line) => line.trimStart().startsWith("curl "));
  const ran = Bun.spawnSync(["sh", "-c", `${curl ?? "false"} -sS`], { cwd: root });
  expect(ran.stderr.toString()).toBe("");
  expect(JSON.parse(ran.stdout.toString())).toMatchObject({
    object: "chat.completion",
    choices: [{ message: { content: expect.stringContaining("Hello") } }],
  });
}, 20_000);

test.concurrent("a second start keeps the keys and says nothing of them, also on another port", async () => {
  using folder = scratchFolder();
  using first = await startProcess(folder.path);
  first.signal("SIGTERM");
  expect(await first.exited).toBe(0);
  using second = await startProcess(folder.path);
  expect(second.stdout()).not.toContain("First start");
  expect(second.bootstrap).toMatchObject({
    gateway_key: first.bootstrap.gateway_key,
    admin_key: first.bootstrap.admin_key,
    url: second.url,
  });
  expect(second.bootstrap.gateway_url).toStartWith(second.url);
  expect(await ask(second.url, first.bootstrap.gateway_key)).toBe(200);
}, 20_000);

test.concurrent("to a terminal the keys are printed once", async () => {
  using folder = scratchFolder();
  let shown = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn([...commands.serve], {
    cwd: root,
    env: { ...process.env, PENSTOCK_PORT: "0", PENSTOCK_DATA: folder.path },
    terminal: {
      cols: 300,
      rows: 50,
      data: (_terminal, data) => {
        shown += decoder.decode(data);
      },
    },
  });
  try {
    for (let waited = 0; waited < 15_000 && !shown.includes("curl "); waited += 50) await Bun.sleep(50);
    const bootstrap = JSON.parse(readFileSync(join(folder.path, "bootstrap.json"), "utf8"));
    for (const name of ["gateway_key", "gateway_url", "admin_key", "setup_url"])
      expect(shown).toContain(bootstrap[name]);
    // What a person does to stop it.
    child.terminal?.write("\x03");
    expect(await child.exited).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
}, 20_000);

/** Starts it wrongly: how it ended, and what it said. */
async function startWrongly(dataDir: string, env: Readonly<Record<string, string>>) {
  using child = spawnServer(dataDir, { env });
  const code = await Promise.race([child.exited, Bun.sleep(15_000).then(() => "still running")]);
  return { code, said: child.stdout() + child.stderr() };
}

test.concurrent("a port in use: an error that says so, and nothing is touched", async () => {
  using folder = scratchFolder();
  const other = Bun.serve({ port: 0, fetch: () => new Response("other") });
  try {
    const dataDir = join(folder.path, "data");
    const { code, said } = await startWrongly(dataDir, { PENSTOCK_PORT: String(other.port) });
    expect(code).toBe(1);
    expect(said).toContain(`Port ${other.port}`);
    expect(said).toContain("PENSTOCK_PORT");
    expect(said).not.toMatch(/\n\s+at /);
    expect(existsSync(dataDir)).toBe(false);
  } finally {
    await other.stop(true);
  }
}, 20_000);

describe("settings that are wrong are refused by name, and nothing is written", () => {
  const secret = "c2VjcmV0LXZhbHVl";
  test.concurrent.each([
    [{ PENSTOCK_PORT: "70000" }],
    [
      {
        PENSTOCK_PORT: "eighty",
        PENSTOCK_BODY_LIMIT_MB: "0",
        PENSTOCK_DRAIN_SECONDS: "soon",
        PENSTOCK_KEEPALIVE_SECONDS: "0",
        PENSTOCK_FIRST_BYTE_SECONDS: "1.5",
        PENSTOCK_IDLE_SECONDS: "-1",
        PENSTOCK_PUBLIC_URL: "ftp://example.com",
      },
    ],
    [{ PENSTOCK_MASTER_KEY: `k1:${secret}` }],
    [{ PENSTOCK_DATABASE_URL: `mysql://root:${secret}@localhost/x` }],
    [{ PENSTOCK_EGRESS_ALLOW: "10.0.0.0/8,lan" }],
    [{ PENSTOCK_HOST: "no such host" }],
    [{ PENSTOCK_CONFIG: "/nowhere/penstock.yaml" }],
  ])(
    "%p",
    async (env) => {
      using folder = scratchFolder();
      const dataDir = join(folder.path, "data");
      const { code, said } = await startWrongly(dataDir, env);
      expect(code).toBe(1);
      for (const [name, value] of Object.entries(env))
        expect(said).toContain(name === "PENSTOCK_CONFIG" ? value : name);
      expect(said).not.toContain(secret);
      expect(said).not.toMatch(/\n\s+at /);
      const written = existsSync(dataDir) ? readdirSync(dataDir) : [];
      if (!("PENSTOCK_CONFIG" in env || "PENSTOCK_MASTER_KEY" in env)) expect(written).toEqual([]);
    },
    20_000,
  );

  test.concurrent("after a wrong master key and a missing file, the right start is a first start like any other", async () => {
    using folder = scratchFolder();
    await startWrongly(folder.path, { PENSTOCK_MASTER_KEY: "k1:short" });
    await startWrongly(folder.path, { PENSTOCK_CONFIG: join(folder.path, "missing.yaml") });
    using server = await startProcess(folder.path);
    expect(await ask(server.url, server.bootstrap.gateway_key)).toBe(200);
  }, 20_000);

  test.concurrent("a data folder that is a file", async () => {
    using folder = scratchFolder();
    const file = join(folder.path, "data");
    await Bun.write(file, "mine");
    const { code, said } = await startWrongly(file, {});
    expect(code).toBe(1);
    expect(said).toContain("PENSTOCK_DATA");
    expect(said).not.toMatch(/\n\s+at /);
    expect(readFileSync(file, "utf8")).toBe("mine");
  }, 20_000);
});
