import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BootstrapFile } from "../../src/services/bootstrap/bootstrap-file.ts";
import { penstockProgram } from "../penstock-program.ts";

/** The repository. */
export const root = join(import.meta.dir, "..", "..");

/** How an operator may start Penstock. */
export const commands = {
  get serve(): readonly string[] {
    return [...penstockProgram(), "serve"];
  },
  npm: ["npm", "start", "--silent"],
} as const;

/** A Penstock in a process of its own, as an operator runs it. */
export interface ServerProcess extends Disposable {
  readonly url: string;
  readonly pid: number;
  readonly bootstrap: BootstrapFile;
  readonly exited: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** To the process itself. */
  signal(name: NodeJS.Signals): void;
  /** To its whole process group, as a terminal or a service manager does. */
  signalGroup(name: NodeJS.Signals): void;
}

export interface ProcessOptions {
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it on a free port and waits until it says that it serves; throws with what it wrote when it ends instead. */
export async function startProcess(dataDir: string, options: ProcessOptions = {}): Promise<ServerProcess> {
  const child = spawnServer(dataDir, options);
  const url = await Promise.race([
    child.until(/serves on (http:\/\/localhost:\d+)\n/),
    child.exited.then((code) => {
      throw new Error(`the server ended with ${code}: ${child.stderr()}`);
    }),
  ]);
  const bootstrap: BootstrapFile = await Bun.file(join(dataDir, "bootstrap.json")).json();
  return { ...child, url, bootstrap };
}

/** The same, without waiting for anything. */
export function spawnServer(dataDir: string, { command = commands.serve, env = {} }: ProcessOptions = {}) {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: {
      ...withoutSettings(process.env),
      PENSTOCK_PORT: "0",
      PENSTOCK_DATA: dataDir,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const out = gather(child.stdout);
  const err = gather(child.stderr);
  return {
    pid: child.pid,
    exited: child.exited,
    stdout: out.text,
    stderr: err.text,
    until: out.until,
    signal: (name: NodeJS.Signals) => void process.kill(child.pid, name),
    signalGroup: (name: NodeJS.Signals) => void process.kill(-child.pid, name),
    /** Nothing of it is left running, whatever became of the test. */
    [Symbol.dispose]() {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended, as it should.
      }
    },
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !name.startsWith("PENSTOCK_")) kept[name] = value;
  }
  return kept;
}

function gather(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const waiting: (() => void)[] = [];
  const decoder = new TextDecoder();
  (async () => {
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      for (const look of [...waiting]) look();
    }
  })().catch(() => {});
  return {
    text: () => text,
    /** The first group of the first match. */
    until: (pattern: RegExp) =>
      new Promise<string>((resolve) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match !== null) resolve(match[1] ?? match[0]);
        };
        waiting.push(look);
        look();
      }),
  };
}

/** A folder that is gone when the test is over. */
export function scratchFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "penstock-process-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The ledger of a server that has ended. */
export function readLedger(
  dataDir: string,
): readonly { request_id: string; outcome: string; output_tokens: number }[] {
  const database = new Database(join(dataDir, "penstock.db"), { readonly: true });
  try {
    return database.query("select request_id, outcome, output_tokens from usage_records").all() as ReturnType<
      typeof readLedger
    >;
  } finally {
    database.close();
  }
}

/** Registers a provider over REST; throws when it is refused. */
export async function addProvider(
  { url, bootstrap }: Pick<ServerProcess, "url" | "bootstrap">,
  provider: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await fetch(`${url}/api/v1/providers?discover=false`, {
    method: "POST",
    headers: { authorization: `Bearer ${bootstrap.admin_key}`, "content-type": "application/json" },
    body: JSON.stringify(provider),
  });
  if (response.status !== 201) throw new Error(`the provider was refused: ${await response.text()}`);
}
