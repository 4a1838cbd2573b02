import type { Lane } from "../plan/lane.ts";
import type { RunningTarget } from "../targets/target.ts";
import type { LoadSpec } from "./load-spec.ts";

/** The part of a load that says whom it goes to, and which way. */
export function addressedTo(
  { port, pid, key, headers }: RunningTarget,
  lane: Lane,
): Pick<LoadSpec, "port" | "pid" | "key" | "headers" | "lane"> {
  return { port, pid, key, headers: headers?.(lane), lane };
}
