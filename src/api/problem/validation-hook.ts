import type { Hook } from "@hono/zod-openapi";
import type { z } from "zod";
import { type ErrorProblem, PenstockError } from "../../errors/penstock-error.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/** Turns what zod found into one `unprocessable` that lists all of it. Messages say what is expected, not what was sent. */
export const validationHook: Hook<unknown, ApiEnvironment, string, unknown> = (result) => {
  if (result.success) return;
  const problems = toProblems(result.error.issues, result.target);
  const first = problems[0];
  throw new PenstockError("unprocessable", {
    fields: { reason: first ? sentence(first, problems.length - 1) : "The request is not valid." },
    problems,
  });
};

function sentence({ path, message }: ErrorProblem, more: number): string {
  const rest = more > 0 ? ` (and ${more} more)` : "";
  return `\`${path || "/"}\`: ${message}${rest}`;
}

function toProblems(issues: readonly z.core.$ZodIssue[], target: string): ErrorProblem[] {
  return issues.flatMap((issue): ErrorProblem[] => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [{ path: pointer(path, target), message: issue.message }];
    return issue.keys.map((key) => ({
      path: pointer([...path, key], target),
      message: "this field is not known here; remove it or check its spelling",
    }));
  });
}

function pointer(path: readonly string[], target: string): string {
  if (target === "query") return `?${path.join(".")}`;
  if (target === "param") return `{${path.join(".")}}`;
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
