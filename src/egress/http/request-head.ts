import { PenstockError } from "../../errors/penstock-error.ts";

/** What is asked of a server, apart from where it is. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With a slash in front, and the query. */
  readonly path: string;
  /** What the server is told it was called by. */
  readonly host: string;
  /** Frozen ones are checked and joined once: most calls of an upstream have the very same. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | undefined;
}

/** What no path holds, or a URL parser would write differently. */
const plainPath = /^\/(?!(?:.*\/)?(?:\.|%2e))[\w\-.~!$&()*+,;=:@%/?]*$/i;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const badValue = /[^\t\x20-\x7e\x80-\xff]/;
/** They are about the connection, not the message, and this client says them itself. */
const own: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "proxy-connection",
  "upgrade",
  "te",
  "trailer",
  "expect",
]);

/** Names that were looked at: drivers and providers use a handful. */
const names = new Map<string, string>();
const maxNames = 1_000;

interface KnownHead {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly text: string;
}

/** The last head of headers that cannot change. */
const known = new WeakMap<HttpRequest["headers"], KnownHead>();

/**
 * Request line and headers, without the length of the body and the empty line.
 *
 * @throws PenstockError `provider_misconfigured` for a header that HTTP has no way to send.
 */
export function requestHead(request: HttpRequest): string {
  const { method, path, host, headers } = request;
  const last = known.get(headers);
  if (last !== undefined && last.path === path && last.host === host && last.method === method)
    return last.text;
  const text = checkedHead(request);
  if (Object.isFrozen(headers)) known.set(headers, { method, path, host, text });
  return text;
}

function checkedHead({ method, path, host, headers }: HttpRequest): string {
  const lines = [`${method} ${plainPath.test(path) ? path : normalized(path)} HTTP/1.1\r\nhost: ${host}\r\n`];
  let accepts = false;
  let encodes = false;
  let named = false;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const lower = names.get(name) ?? learn(name);
    if (own.has(lower)) continue;
    if (badValue.test(value)) throw unsendable();
    lines.push(lower, ": ", value, "\r\n");
    if (lower === "accept") accepts = true;
    else if (lower === "accept-encoding") encodes = true;
    else if (lower === "user-agent") named = true;
  }
  if (!accepts) lines.push("accept: */*\r\n");
  if (!encodes) lines.push("accept-encoding: identity\r\n");
  if (!named) lines.push("user-agent: penstock\r\n");
  return lines.join("");
}

/** As every URL parser would: no steps upwards, nothing outside ASCII, no fragment. */
function normalized(path: string): string {
  const { pathname, search } = new URL(`http://x${path}`);
  return pathname + search;
}

function learn(name: string): string {
  if (!token.test(name)) throw unsendable();
  if (names.size >= maxNames) names.clear();
  const lower = name.toLowerCase();
  names.set(name, lower);
  return lower;
}

function unsendable(): PenstockError {
  return new PenstockError("provider_misconfigured", {
    fields: { reason: "a header holds what HTTP cannot carry" },
  });
}
