import type { Hook } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { type ErrorProblem, PenstockError } from "../../errors/penstock-error.ts";
import type { ApiEnvironment } from "../api-environment.ts";

/**
 * Turns what zod found into one `unprocessable` that lists all of it: what is wrong in the query, the path and the body at
 * once. Messages say what is expected, not what was sent.
 */
export const validationHook: Hook<unknown, ApiEnvironment, string, unknown> = async (result, c) => {
  if (result.success) return;
  throw unprocessableRequest([
    ...toProblems(result.error.issues, result.target),
    ...(await laterProblems(c, result.target)),
  ]);
};

/** Problems of a request, whose paths are JSON pointers, `?name`, `{name}` or `header name`. */
export function unprocessableRequest(problems: readonly ErrorProblem[]): PenstockError {
  const first = problems[0];
  return new PenstockError("unprocessable", {
    fields: { reason: first ? sentence(first, problems.length - 1) : "The request is not valid." },
    problems,
  });
}

/** In the order in which the router looks at them; it stops at the first that does not fit. */
const targets: readonly Target[] = ["query", "param", "json"];

type Target = "query" | "param" | "json";

async function laterProblems(c: Context<ApiEnvironment>, failed: string): Promise<ErrorProblem[]> {
  const later = targets.slice(targets.findIndex((target) => target === failed) + 1);
  const found = await Promise.all(
    later.map(async (target) => {
      const given = await givenOf(c, target);
      const result = given?.schema.safeParse(given.value);
      return result?.success === false ? toProblems(result.error.issues, target) : [];
    }),
  );
  return found.flat();
}

/** What was sent to one target, and what it must be; undefined when there is nothing to judge. */
async function givenOf(
  c: Context<ApiEnvironment>,
  target: Target,
): Promise<{ readonly schema: z.ZodType; readonly value: unknown } | undefined> {
  const request = c.get("route")?.request;
  if (target === "param") return given(request?.params, c.req.param());
  if (target === "query") return given(request?.query, c.req.query());
  const media = request?.body?.content["application/json"];
  const schema = media !== undefined && "schema" in media ? media.schema : undefined;
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) return undefined;
  const value = await c.req.json<unknown>().catch(() => unreadable);
  return value === unreadable ? undefined : given(schema, value);
}

const unreadable = Symbol("not JSON");

function given(schema: unknown, value: unknown) {
  return schema instanceof z.ZodType ? { schema, value } : undefined;
}

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
  return toJsonPointer(path);
}

/** RFC 6901. */
export function toJsonPointer(path: readonly string[]): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
