import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";
import type { PenstockError } from "../../errors/penstock-error.ts";

/** RFC 9457, extended with our stable `code`, what to do next, and every problem of a rejected input. */
export const problemSchema = z
  .object({
    type: z.string().describe("`urn:penstock:error:` and the code"),
    title: z.string().describe("The HTTP status in words"),
    status: z.int(),
    detail: z.string().describe("What went wrong, in one sentence"),
    instance: z.string().describe("`urn:penstock:request:` and the request's id"),
    code: z.string().describe("Stable name of the error, see docs/errors.md"),
    next: z.string().describe("What to do about it"),
    request_id: z.string(),
    retry_after_seconds: z.int().nullable().describe("When a retry makes sense, where that is known"),
    problems: z
      .array(
        z.object({
          path: z
            .string()
            .describe(
              "JSON pointer into the body, `?name` in the query, `{name}` in the path, `header name`, or a place in a file",
            ),
          message: z.string(),
        }),
      )
      .describe("Every problem of the input; empty for other errors"),
  })
  .openapi("Problem");

export type ProblemDocument = z.infer<typeof problemSchema>;

/** What a caller sees of an error; all of it is safe to show, since `PenstockError` holds nothing else. */
export function toProblemDocument(error: PenstockError, requestId: string): ProblemDocument {
  return {
    type: `urn:penstock:error:${error.code}`,
    title: STATUS_CODES[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    instance: `urn:penstock:request:${requestId}`,
    code: error.code,
    next: error.next,
    request_id: requestId,
    retry_after_seconds:
      error.retryAfterMs === undefined ? null : Math.max(1, Math.ceil(error.retryAfterMs / 1000)),
    problems: error.problems.map(({ path, message }) => ({ path, message })),
  };
}
