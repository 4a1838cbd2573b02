import type { ErrorProblem } from "../errors/penstock-error.ts";

/** Which of the two planes a process runs; `all`: both. */
export const roles = ["all", "gateway", "control"] as const;
export type Role = (typeof roles)[number];

/** The variable `PENSTOCK_ROLE`. Adds what is wrong to `problems`. */
export function readRole(env: Readonly<Record<string, string | undefined>>, problems: ErrorProblem[]): Role {
  const text = env.PENSTOCK_ROLE || "all";
  const role = roles.find((each) => each === text);
  const message =
    role === undefined
      ? `must be one of ${roles.join(", ")}, not ${JSON.stringify(text)}`
      : role !== "all" && !env.PENSTOCK_DATABASE_URL
        ? `can be ${role} only with PENSTOCK_DATABASE_URL: the embedded database is one process's own`
        : undefined;
  if (message !== undefined) problems.push({ path: "PENSTOCK_ROLE", message });
  return role ?? "all";
}

/** What every process answers, whatever its role. */
export function isHealthPath(url: string): boolean {
  return /^\/(healthz|readyz|metrics)$/.test(URL.parse(url)?.pathname ?? "");
}
