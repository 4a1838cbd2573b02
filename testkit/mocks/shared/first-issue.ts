import type { z } from "zod";

/** The one problem of a request that a vendor would name. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly kind: "missing" | "unknown" | "invalid";
  readonly message: string;
}

type ZodIssue = z.core.$ZodIssue;

/** The deepest problem: of the branches of a union, the one that got furthest is what the caller meant. */
export function firstIssue(error: z.ZodError): Issue {
  const issues = error.issues.flatMap((issue) => flatten(issue, []));
  const deepest = issues.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return issues.find(({ kind }) => kind === "missing" || kind === "unknown") ?? deepest;
}

function flatten(issue: ZodIssue, prefix: readonly PropertyKey[]): readonly Issue[] {
  const path = [...prefix, ...issue.path].map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const branches = issue.errors.map((branch) => branch.flatMap((inner) => flatten(inner, path)));
    return branches.reduce((a, b) => (depth(b) > depth(a) ? b : a));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], kind: "unknown", message: "unknown field" }));
  }
  const missing = issue.code === "invalid_type" && /received undefined/.test(issue.message);
  return [{ path, kind: missing ? "missing" : "invalid", message: issue.message }];
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
