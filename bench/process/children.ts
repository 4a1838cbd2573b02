import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { processTree } from "./cpu-time.ts";
import { type Cores, pinned, type Role } from "./pinning.ts";

/** How a child is started. */
export interface ChildOptions {
  /** Names its log file too. */
  readonly name: string;
  readonly role: Role;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Receives what the child sends over IPC; makes the channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** A process this run started. */
export interface Child {
  readonly name: string;
  readonly process: Subprocess;
  /** The last lines it wrote to stdout and stderr. */
  logTail(): string;
  /** Asks it to end, insists after `graceMs`, and waits until it has. */
  stop(graceMs?: number): Promise<void>;
}

/** Every process of this run, so that all of them end with it. */
export class Children {
  readonly #directory: string;
  readonly #cores: Cores;
  readonly #running = new Set<Child>();
  #started = 0;

  constructor(directory: string, cores: Cores) {
    this.#directory = directory;
    this.#cores = cores;
  }

  spawn(options: ChildOptions): Child {
    this.#started += 1;
    const logPath = join(this.#directory, `${this.#started}-${options.name}.log`);
    const log = Bun.file(logPath);
    const { onMessage } = options;
    const child: Child = {
      name: options.name,
      process: Bun.spawn(pinned({ cores: this.#cores, role: options.role, command: options.command }), {
        env: { ...inheritedEnvironment(), ...options.env },
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        stdin: "ignore",
        stdout: log,
        stderr: log,
        ...(onMessage === undefined ? {} : { ipc: (message: unknown) => onMessage(message) }),
      }),
      logTail: () => tail(logPath),
      stop: (graceMs = 5_000) => stop(child.process, graceMs),
    };
    this.#running.add(child);
    child.process.exited.finally(() => this.#running.delete(child));
    return child;
  }

  /** Ends what still runs, last started first. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].reverse().map((child) => child.stop(2_000)));
  }

  /** For a process that is about to exit and cannot wait. */
  killAll(): void {
    for (const child of this.#running) child.process.kill("SIGTERM");
  }
}

// A developer's own Penstock settings must not change what is measured.
function inheritedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(PENSTOCK_|BUN_|https?_proxy|all_proxy)/i.test(name) ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}

async function stop(child: Subprocess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  // Its descendants too: a launcher that is killed cannot pass the signal on.
  const insist = setTimeout(() => {
    for (const pid of processTree(child.pid).reverse()) kill(pid);
  }, graceMs);
  await child.exited;
  clearTimeout(insist);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself between being listed and being killed.
  }
}

function tail(path: string): string {
  try {
    return readFileSync(path, "utf8").trim().split("\n").slice(-15).join("\n");
  } catch {
    return "";
  }
}
