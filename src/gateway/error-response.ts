import type { PenstockError } from "../errors/penstock-error.ts";
import type { Protocol } from "../wire/protocol.ts";

/** One of our errors as the client's own protocol would say it. */
export function errorResponse(error: PenstockError, surface: Protocol, requestId: string): Response {
  const { status, body } = surface.encodeError(error, requestId);
  const headers: Record<string, string> = {
    ...error.headers,
    "content-type": "application/json",
    ...requestIdHeaders(requestId),
    "x-penstock-error": error.code,
  };
  if (error.retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(error.retryAfterMs / 1000));
  if (error.code === "method_not_allowed") headers.allow = String(error.fields.allowed ?? "");
  return new Response(body, { status, headers });
}

/** Ours, and the two spellings under which the official SDKs look for one. */
export function requestIdHeaders(requestId: string): Record<string, string> {
  return { "x-penstock-request-id": requestId, "x-request-id": requestId, "request-id": requestId };
}

/** The same, added to what an answer has: each call pays for every object that is made on the way. */
export function addRequestId(headers: Record<string, string>, requestId: string): void {
  headers["x-penstock-request-id"] = requestId;
  headers["x-request-id"] = requestId;
  headers["request-id"] = requestId;
}
