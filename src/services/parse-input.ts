import type { z } from "zod";
import { type ErrorProblem, PenstockError } from "../errors/penstock-error.ts";

/** Parses a verb's input. Throws `unprocessable` with every problem, each with a JSON pointer in the API's spelling. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw unprocessable(parsed.error.issues.flatMap(toProblems));
}

/** All problems of one input in one error. */
export function unprocessable(problems: readonly ErrorProblem[]): PenstockError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const reason = first === undefined ? "The input is not valid." : `${first.path}: ${first.message}${more}`;
  return new PenstockError("unprocessable", {
    problems,
    fields: { reason },
    ...(first === undefined ? {} : { param: first.path }),
  });
}

function toProblems(issue: z.core.$ZodIssue): readonly ErrorProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pointer([...issue.path, key]),
      message: "is not a field of this object",
    }));
  }
  return [{ path: pointer(issue.path), message: issue.message }];
}

/** Only the first step is a name of ours: what lies below is in the caller's own spelling already. */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((step, depth) => (depth === 0 ? toSnakeCase(String(step)) : String(step)))
    .map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
