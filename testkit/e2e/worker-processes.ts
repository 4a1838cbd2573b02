import { readdirSync, readFileSync } from "node:fs";
import { startOpenAiChatMock } from "../mocks/openai-chat-server.ts";
import type { MockVendor } from "../mocks/shared/mock-server.ts";
import { readMetrics, type Scrape } from "../read-metrics.ts";
import { addProvider, type ProcessOptions, type ServerProcess, startProcess } from "./server-process.ts";
import { chatSurface } from "./world.ts";

/** How many workers these tests start. */
export const workerCount = 4;

/** A Penstock of several processes, with a vendor of its own that serves `gpt-4o-mini`. */
export interface WorkerServer extends ServerProcess {
  readonly vendor: MockVendor;
  /** Process ids of the workers that run. */
  workers(): readonly number[];
  /** Calls the model on a connection of its own, so that any worker may get it. */
  call(more?: Readonly<Record<string, unknown>>, key?: string): Promise<Response>;
  /** The REST API as the admin, at whichever worker; throws when it is refused. */
  manage<T>(method: string, path: string, body?: unknown): Promise<T>;
  metrics(): Promise<Scrape>;
}

/** Starts it, with four workers unless told. */
export async function startWorkers(
  dataDir: string,
  { env = {}, ...options }: ProcessOptions = {},
): Promise<WorkerServer> {
  const vendor = startOpenAiChatMock();
  const server = await startProcess(dataDir, {
    ...options,
    env: { PENSTOCK_WORKERS: String(workerCount), PENSTOCK_PROBE_SECONDS: "0", ...env },
  });
  await addProvider(server, {
    name: "vendor",
    driver: "openai_completions",
    base_url: vendor.url,
    credentials: { api_key: vendor.apiKey },
    models: ["gpt-4o-mini"],
  });
  const { url, bootstrap } = server;
  return {
    ...server,
    vendor,
    workers: () => childrenOf(server.pid),
    call: (more = {}, key = bootstrap.gateway_key) =>
      fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(chatSurface.body("gpt-4o-mini", more)),
        keepalive: false,
      }),
    async manage(method, path, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${bootstrap.admin_key}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        keepalive: false,
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    async metrics() {
      const response = await fetch(`${url}/metrics`, { keepalive: false });
      return readMetrics(await response.text());
    },
    [Symbol.dispose]() {
      server[Symbol.dispose]();
      void vendor.close();
    },
  };
}

/** Waits until `holds`; throws after ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error("waited for ten seconds");
    await Bun.sleep(20);
  }
}

/** `n` at once. */
export function times<T>(n: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: n }, (_, index) => work(index)));
}

/** The status of an answer, read to its end. */
export async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.text();
  return response.status;
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // Behind the command's name, which may hold anything: state, then parent (proc_pid_stat(5)).
      const [, ppid] = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return Number(ppid) === parent ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
