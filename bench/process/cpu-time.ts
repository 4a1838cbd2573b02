import { readdirSync, readFileSync } from "node:fs";

/** What a process tree had used at one moment. */
export interface CpuSample {
  /** Nanoseconds on a core by thread id, for the threads that live now. */
  readonly threads: ReadonlyMap<string, number>;
  /** User and system time in nanoseconds, in steps of one clock tick; holds what ended threads used. */
  readonly ticks: number;
}

// USER_HZ is 100 on every Linux that /proc/<pid>/stat is read on.
const nanosecondsPerTick = 1e7;

/** CPU use of `pid` and all its descendants up to now. A process that has ended counts nothing. */
export function sampleCpu(pid: number): CpuSample {
  const threads = new Map<string, number>();
  let ticks = 0;
  for (const member of processTree(pid)) {
    const stat = readStat(member);
    if (stat === undefined) continue;
    ticks += (Number(stat[11]) + Number(stat[12])) * nanosecondsPerTick;
    for (const thread of listDirectory(`/proc/${member}/task`)) {
      const used = readText(`/proc/${member}/task/${thread}/schedstat`)?.split(" ", 1)[0];
      if (used !== undefined) threads.set(thread, Number(used));
    }
  }
  return { threads, ticks };
}

/**
 * Nanoseconds of CPU between two samples. The scheduler's own count is exact but forgets threads that ended; when one
 * did, or the two counts disagree by more than their resolution explains, the coarser count is the answer.
 */
export function cpuBetween(before: CpuSample, after: CpuSample): number {
  const coarse = after.ticks - before.ticks;
  let exact = 0;
  for (const [thread, used] of after.threads) exact += used - (before.threads.get(thread) ?? 0);
  const lost = [...before.threads.keys()].some((thread) => !after.threads.has(thread));
  return lost || Math.abs(exact - coarse) > 4 * nanosecondsPerTick ? coarse : exact;
}

/** `pid` and its descendants. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of listDirectory("/proc")) {
    const parent = /^\d+$/.test(entry) ? Number(readStat(Number(entry))?.[1]) : Number.NaN;
    if (!Number.isNaN(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

// Fields after the command name, which may itself hold spaces and brackets: [0] is the state, [1] the parent.
function readStat(pid: number): string[] | undefined {
  const text = readText(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
