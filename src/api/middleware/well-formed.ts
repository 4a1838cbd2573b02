import type { MiddlewareHandler } from "hono";
import { type ErrorProblem, PenstockError } from "../../errors/penstock-error.ts";
import type { ApiEnvironment } from "../api-environment.ts";
import { toJsonPointer, unprocessableRequest } from "../problem/validation-hook.ts";

/** Longer than any client or proxy sends, shorter than what would fill a log. */
const longestUrl = 8192;

/**
 * Refuses what no route can make sense of: URLs that are too long or no UTF-8, bodies that are no UTF-8, and text with the
 * character NUL or half a surrogate pair, which databases cannot keep as it is.
 */
export const wellFormed: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  const { pathname, search } = new URL(c.req.url);
  const target = pathname + search;
  if (target.length > longestUrl) throw new PenstockError("uri_too_long", { fields: { limit: longestUrl } });
  const text = decoded(target);
  if (text === undefined || text.includes("\0")) throw malformedUrl();
  if (hasBody(c.req.raw)) {
    const problems = badTexts(decodedBody(await c.req.arrayBuffer()));
    if (problems.length > 0) throw unprocessableRequest(problems);
  }
  await next();
};

function hasBody(request: Request): boolean {
  return request.method !== "GET" && request.method !== "HEAD" && request.body !== null;
}

function decoded(url: string): string | undefined {
  try {
    return decodeURIComponent(url);
  } catch {
    return undefined;
  }
}

function malformedUrl(): PenstockError {
  const reason = "The URL is not percent-encoded UTF-8 without NUL.";
  return new PenstockError("invalid_request", { fields: { reason } });
}

function decodedBody(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PenstockError("invalid_json", { fields: { reason: "it is not UTF-8" }, cause });
  }
}

/** Only escapes can bring such characters into JSON, so that the common body is not looked through. */
function badTexts(body: string): ErrorProblem[] {
  if (!/\\u(?:0000|d[89a-f])/i.test(body)) return [];
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    // The route's own validation says so.
    return [];
  }
  const problems: ErrorProblem[] = [];
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === "string" && isBad(value)) problems.push(problemAt(path));
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (isBad(key)) problems.push(problemAt(path));
      else open.push({ value: inner, path: [...path, key] });
    }
  }
  return problems.slice(0, 100);
}

function isBad(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

function problemAt(path: readonly string[]): ErrorProblem {
  return { path: toJsonPointer(path), message: "must be text without NUL and without half characters" };
}
