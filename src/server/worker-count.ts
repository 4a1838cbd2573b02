import { availableParallelism } from "node:os";
import type { ErrorProblem } from "../errors/penstock-error.ts";
import type { Role } from "./role.ts";

/** More would not serve one machine better, and each takes its own memory. */
const most = 256;

/**
 * `PENSTOCK_WORKERS`: how many processes serve calls on the port; 1, the default, is one process for everything. `auto` is one a
 * core, where that is possible. Adds what is wrong to `problems`.
 */
export function readWorkerCount(
  env: Readonly<Record<string, string | undefined>>,
  { role, platform }: { readonly role: Role; readonly platform: NodeJS.Platform },
  problems: ErrorProblem[],
): number {
  const text = env.PENSTOCK_WORKERS || "1";
  const refusal = refusalOf(role, platform);
  if (text === "auto") return refusal === undefined ? Math.min(availableParallelism(), most) : 1;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > most) {
    const message = `must be auto or a whole number from 1 to ${most}, not ${JSON.stringify(text)}`;
    problems.push({ path: "PENSTOCK_WORKERS", message });
    return 1;
  }
  if (count > 1 && refusal !== undefined) problems.push({ path: "PENSTOCK_WORKERS", message: refusal });
  return count;
}

/** Why there can be one process only. */
function refusalOf(role: Role, platform: NodeJS.Platform): string | undefined {
  // The kernel spreads connections over several listeners of a port on Linux only.
  if (platform !== "linux") return "must be 1 or auto on this system: only Linux lets processes share a port";
  if (role === "control") return "must be 1 or auto with PENSTOCK_ROLE=control, which takes no calls";
  return undefined;
}
