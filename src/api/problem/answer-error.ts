import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { PenstockError, toPenstockError } from "../../errors/penstock-error.ts";
import type { ServiceLogEntry } from "../../services/service-context.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { toProblemDocument } from "./problem-document.ts";

/** Answers an error as a problem document. What is not ours becomes `internal` and is told to the operator only. */
export function answerError(
  c: Context<ApiEnvironment>,
  { thrown, log }: { thrown: unknown; log: (entry: ServiceLogEntry) => void },
): Response {
  const error = thrown instanceof HTTPException ? fromHono(thrown) : toPenstockError(thrown);
  const requestId = c.get("requestId");
  if (error.status >= 500) {
    log({
      level: "error",
      event: "api_request_failed",
      fields: { request_id: requestId, method: c.req.method, code: error.code },
      cause: error.cause ?? error,
    });
  }
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  if (error.status === 401) c.header("www-authenticate", 'Bearer realm="penstock"');
  if (error.retryAfterMs !== undefined) c.header("retry-after", String(Math.ceil(error.retryAfterMs / 1000)));
  c.header("content-type", "application/problem+json");
  // A `Response` as the template takes any status; an init object only those Hono lists, which lack 529.
  const template = new Response(null, { status: error.status });
  return c.newResponse(JSON.stringify(toProblemDocument(error, requestId)), template);
}

/** Hono's validator throws only for a body that is not JSON, by its bytes (400) or by its content type (415). */
function fromHono(exception: HTTPException): PenstockError {
  if (exception.status === 415) return new PenstockError("unsupported_media_type", { cause: exception });
  if (exception.status !== 400) return new PenstockError("internal", { cause: exception });
  return new PenstockError("invalid_json", { fields: { reason: "it cannot be parsed" }, cause: exception });
}
