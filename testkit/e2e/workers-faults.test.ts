import { expect, test } from "bun:test";
import { commands, readLedger, scratchFolder, startProcess } from "./server-process.ts";
import { startWorkers, statusOf, times, until, type WorkerServer, workerCount } from "./worker-processes.ts";
import { chatSurface } from "./world.ts";

// Workers die and are told to stop; calls elsewhere go on, and what was answered is in the ledger once.

/** Calls until told to stop; the ids of those that were answered to the end, and how many failed. */
function keepCalling(server: WorkerServer, clients: number) {
  const answered: string[] = [];
  let failed = 0;
  let going = true;
  const done = times(clients, async () => {
    while (going) {
      try {
        const response = await server.call();
        await response.text();
        if (response.status === 200) answered.push(response.headers.get("x-penstock-request-id") ?? "");
        else failed++;
      } catch {
        failed++;
      }
    }
  });
  return {
    answered,
    failed: () => failed,
    async stop() {
      going = false;
      await done;
    },
  };
}

function expectEachOnce(dataDir: string, answered: readonly string[]): void {
  const rows = readLedger(dataDir).map(({ request_id }) => request_id);
  expect(new Set(rows).size).toBe(rows.length);
  const known = new Set(rows);
  expect(answered.filter((id) => !known.has(id))).toEqual([]);
}

test("a worker that is killed with -9 under load: the others serve, it comes back, no answered call is lost or doubled", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path);
  const load = keepCalling(server, 8);
  let victims = 0;
  for (let round = 0; round < 3; round++) {
    const before = load.answered.length;
    await until(() => load.answered.length > before + 60);
    const [victim] = server.workers();
    if (victim === undefined) throw new Error("no worker runs");
    process.kill(victim, "SIGKILL");
    victims++;
    const killed = load.answered.length;
    await until(() => load.answered.length > killed + 20);
    await until(async () => {
      const running = server.workers();
      const scrape = await server.metrics().catch(() => undefined);
      const listening = scrape?.sum("penstock_workers", { state: "listening" });
      return running.length === workerCount && !running.includes(victim) && listening === workerCount;
    });
  }
  await load.stop();
  // Each victim had at most its share of the calls in flight.
  expect(load.failed()).toBeLessThanOrEqual(victims * 8);
  const scrape = await server.metrics();
  expect(scrape.value("penstock_worker_ends_total")).toBe(victims);
  expect(scrape.sum("penstock_requests_total", { outcome: "completed" })).toBeGreaterThanOrEqual(
    load.answered.length,
  );
  expect(server.stderr()).toContain("worker_ended");
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  expectEachOnce(folder.path, load.answered);
}, 60_000);

test.concurrent("SIGTERM: streams at all workers finish, the ledger has them, nothing is left running", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path);
  server.vendor.answerAll(() => ({
    recording: "openai/chat/openai-text.chunks.txt",
    pace: { chunkBytes: 4_500, betweenMs: 50 },
  }));
  const streams = await times(16, () => server.call({ stream: true }));
  const workers = server.workers();
  expect(workers).toHaveLength(workerCount);
  server.signal("SIGTERM");
  const texts = await Promise.all(streams.map((stream) => stream.text()));
  for (const text of texts) {
    expect(text.trimEnd()).toEndWith("data: [DONE]");
    expect(chatSurface.streamedText(text).length).toBeGreaterThan(500);
  }
  expect(await server.exited).toBe(0);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
  const ids = streams.map(({ headers }) => headers.get("x-penstock-request-id") ?? "");
  expectEachOnce(folder.path, ids);
  for (const row of readLedger(folder.path)) expect(row.outcome).toBe("completed");
}, 30_000);

test.concurrent.each(["serve", "npm"] as const)(
  "%s: SIGINT to the group, as a terminal sends it, ends all of them once",
  async (how) => {
    using folder = scratchFolder();
    using server = await startWorkers(folder.path, { command: commands[how] });
    const whole = server.call();
    await server.vendor.nextRequest();
    server.signalGroup("SIGINT");
    expect(await statusOf(whole)).toBe(200);
    expect(await server.exited).toBe(0);
    expect(server.stderr()).not.toContain("worker_ended");
  },
  30_000,
);

test.concurrent("a second signal ends all of them at once", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path);
  server.vendor.answerAll(() => ({
    recording: "openai/chat/openai-text.chunks.txt",
    pace: { silentAfter: 2_000 },
  }));
  const reading = times(8, async () => {
    const stream = await server.call({ stream: true });
    await stream.text().catch(() => "cut");
  });
  await until(async () => (await server.metrics()).value("penstock_open_streams") === 8);
  const workers = server.workers();
  server.signal("SIGTERM");
  await Bun.sleep(1_300);
  server.signal("SIGTERM");
  expect(await server.exited).toBe(143);
  await until(() => workers.every((pid) => !isRunning(pid)));
  await reading.catch(() => {});
}, 30_000);

test.concurrent("SIGTERM to one worker replaces it without a call lost", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path);
  server.vendor.answerAll(() => ({
    recording: "openai/chat/openai-text.chunks.txt",
    pace: { chunkBytes: 4_500, betweenMs: 50 },
  }));
  const streams = await times(12, () => server.call({ stream: true }));
  const [first] = server.workers();
  if (first !== undefined) process.kill(first, "SIGTERM");
  const texts = await Promise.all(streams.map((stream) => stream.text()));
  for (const text of texts) expect(text.trimEnd()).toEndWith("data: [DONE]");
  await until(() => server.workers().length === workerCount && !server.workers().includes(first ?? 0));
}, 30_000);

test("the first process is killed with -9: its workers leave the port, the next start loses and doubles nothing", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path);
  const workers = server.workers();
  const load = keepCalling(server, 8);
  await until(() => load.answered.length > 100);
  server.signal("SIGKILL");
  await server.exited;
  await until(() => workers.every((pid) => !isRunning(pid)));
  await load.stop();
  using next = await startProcess(folder.path, {
    env: { PENSTOCK_WORKERS: "2", PENSTOCK_PORT: new URL(server.url).port },
  });
  expect(next.url).toBe(server.url);
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
  next.signal("SIGTERM");
  expect(await next.exited).toBe(0);
  expectEachOnce(folder.path, load.answered);
}, 40_000);

test("while the first process is stuck, workers say so by themselves, and that they serve", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path, { env: { PENSTOCK_WORKERS: "2" } });
  const timed = async (path: string) => {
    const began = performance.now();
    const answer = await fetch(`${server.url}${path}`, { keepalive: false });
    return {
      status: answer.status,
      body: (await answer.json()) as Readonly<Record<string, string>>,
      ms: performance.now() - began,
    };
  };
  server.signal("SIGSTOP");
  const health = await times(8, () => timed("/healthz"));
  expect(health.map(({ status }) => status)).toEqual(health.map(() => 200));
  expect(Math.max(...health.map(({ ms }) => ms))).toBeLessThan(500);
  const ready = await times(8, () => timed("/readyz"));
  for (const { status, body } of ready) {
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ready", primary: "does not answer" });
  }
  expect(Math.max(...ready.map(({ ms }) => ms))).toBeLessThan(1_000);
  server.signal("SIGCONT");
  await until(async () => (await timed("/readyz")).body.workers === "ok");
  expect((await timed("/readyz")).body.primary).toBeUndefined();
}, 40_000);

test("while the first process is stuck, calls go on; when it reacts again the ledger has each of them once", async () => {
  using folder = scratchFolder();
  using server = await startWorkers(folder.path, { env: { PENSTOCK_WORKERS: "2" } });
  server.signal("SIGSTOP");
  const answered: string[] = [];
  for (let round = 0; round < 10; round++) {
    for (const answer of await times(40, () => server.call())) {
      await answer.text();
      expect(answer.status).toBe(200);
      answered.push(answer.headers.get("x-penstock-request-id") ?? "");
    }
  }
  // What the pipe does not hold would be in this one's memory alone.
  const [victim] = server.workers();
  if (victim !== undefined) process.kill(victim, "SIGKILL");
  server.signal("SIGCONT");
  await until(() => server.workers().length === 2 && !server.workers().includes(victim ?? 0));
  await until(async () => (await fetch(`${server.url}/readyz`).catch(() => undefined))?.ok === true);
  server.signal("SIGTERM");
  expect(await server.exited).toBe(0);
  expectEachOnce(folder.path, answered);
}, 40_000);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
