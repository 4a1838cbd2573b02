import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisClient } from "bun";
import { findRedis } from "./find-redis.ts";
import { freePort, untilOpen } from "./ports.ts";
import { type KeptProcess, spawnKept } from "./spawn-kept.ts";

/** A throw-away Redis on a port of its own, which tests freeze, kill and start again. */
export interface TestRedis {
  readonly port: number;
  readonly url: string;
  /** Stops it in its tracks: connections stay open and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; what it knew is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Forgets everything, as an operator's FLUSHALL does. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What the server is started with besides the port, e.g. `["--requirepass", "…"]`. */
export interface TestRedisOptions {
  readonly args?: readonly string[];
  /** A server that speaks TLS alone, with this certificate. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly password?: string;
}

/** Starts one; it goes with this process however that ends. Rejects with the reason when none can be started. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const binary = findRedis();
  const folder = mkdtempSync(join(tmpdir(), "penstock-redis-"));
  const port = freePort();
  const args = [
    ...fixed(folder),
    ...(await listening(port, { ...options, folder })),
    ...(options.args ?? []),
  ];
  let server: KeptProcess | undefined;
  const signal = (name: "SIGSTOP" | "SIGCONT" | "SIGKILL") => {
    if (server !== undefined) process.kill(server.pid, name);
  };
  const redis: TestRedis = {
    port,
    url: `redis${options.tls ? "s" : ""}://${options.password ? `:${options.password}@` : ""}127.0.0.1:${port}`,
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    async kill() {
      const killed = server;
      signal("SIGKILL");
      server = undefined;
      await killed?.exited;
    },
    async start() {
      server = spawnKept(binary, args);
      await untilOpen(port);
    },
    async flush() {
      const client = new RedisClient(this.url);
      try {
        await client.send("FLUSHALL", []);
      } finally {
        client.close();
      }
    },
    async close() {
      await redis.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

function fixed(folder: string): readonly string[] {
  return [
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    folder,
    "--loglevel",
    "warning",
  ];
}

async function listening(
  port: number,
  { tls, password, folder }: TestRedisOptions & { readonly folder: string },
): Promise<readonly string[]> {
  const auth = password === undefined ? [] : ["--requirepass", password];
  if (tls === undefined) return ["--port", String(port), ...auth];
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await Promise.all([Bun.write(cert, tls.cert), Bun.write(key, tls.key)]);
  const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert];
  return ["--port", "0", "--tls-port", String(port), ...files, "--tls-auth-clients", "no", ...auth];
}
