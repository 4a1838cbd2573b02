import { readFileSync } from "node:fs";
import { processTree } from "./cpu-time.ts";

/** Resident bytes of `pid` and its descendants now. */
export function residentBytes(pid: number): number {
  return sumStatus(pid, "VmRSS");
}

/** The most each process of the tree ever had resident, added up, in bytes. */
export function peakResidentBytes(pid: number): number {
  return sumStatus(pid, "VmHWM");
}

function sumStatus(pid: number, field: "VmRSS" | "VmHWM"): number {
  let total = 0;
  for (const member of processTree(pid)) {
    try {
      const status = readFileSync(`/proc/${member}/status`, "utf8");
      total += Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
    } catch {
      // It ended between being listed and being read.
    }
  }
  return total;
}
