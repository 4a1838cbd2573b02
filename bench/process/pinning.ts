import { readFileSync } from "node:fs";

/** What a process is in a measurement: the one whose cost is counted, or what surrounds it. */
export type Role = "target" | "surroundings";

/** Which cores the roles run on; undefined when they cannot be kept apart. */
export type Cores = Readonly<Record<Role, number>> | undefined;

/** One core for the target and another for mock and load generator, when this process may use two and `taskset` exists. */
export function chooseCores(): Cores {
  const [target, surroundings] = allowedCores();
  if (target === undefined || surroundings === undefined || Bun.which("taskset") === null) return undefined;
  return { target, surroundings };
}

/** The command that runs `command` on its role's core. */
export function pinned(options: {
  readonly cores: Cores;
  readonly role: Role;
  readonly command: readonly string[];
}): string[] {
  const { cores, role, command } = options;
  return cores === undefined ? [...command] : ["taskset", "-c", String(cores[role]), ...command];
}

function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 || 0 }, (_, index) => first + index);
  });
}
