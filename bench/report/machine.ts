import { cpus, loadavg, release, totalmem } from "node:os";
import type { Cores } from "../process/pinning.ts";

/** What a run was measured on, as far as it explains its figures. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly bun: string;
  /** Runnable processes per minute, before the run began: others' load makes figures worse. */
  readonly loadBefore: number;
  /** Core of the target and of its surroundings; absent when they were not kept apart. */
  readonly pinned?: { readonly target: number; readonly surroundings: number };
  readonly commit?: string;
}

/** Facts of this machine. */
export function machineFacts(cores: Cores): MachineFacts {
  const git = Bun.spawnSync(["git", "rev-parse", "--short", "HEAD"], {
    cwd: import.meta.dir,
    stderr: "ignore",
  });
  const commit = git.stdout.toString().trim();
  const [first] = cpus();
  return {
    cpu: first?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    bun: Bun.version_with_sha,
    loadBefore: loadavg()[0] ?? 0,
    ...(cores === undefined ? {} : { pinned: cores }),
    ...(commit === "" ? {} : { commit }),
  };
}
