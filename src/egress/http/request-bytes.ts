import { PenstockError } from "../../errors/penstock-error.ts";

/** What is asked of a server, apart from where it is. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With a slash in front, and the query. */
  readonly path: string;
  /** What the server is told it was called by. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | undefined;
}

/** Up to here head and body leave in one piece; a copy costs less than a second write. */
const oneWrite = 64 * 1024;
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

/**
 * A request as it goes over the wire, in one piece or, with a large body, in two.
 *
 * @throws PenstockError `provider_misconfigured` for a header that HTTP has no way to send.
 */
export function requestBytes(request: HttpRequest): Uint8Array[] {
  const { body } = request;
  const bodyLength =
    body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const head = headOf(request, bodyLength);
  if (body === undefined) return [Buffer.from(head, "latin1")];
  if (bodyLength > oneWrite)
    return [Buffer.from(head, "latin1"), typeof body === "string" ? Buffer.from(body) : body];
  const bytes = Buffer.allocUnsafe(head.length + bodyLength);
  bytes.write(head, 0, "latin1");
  if (typeof body === "string") bytes.write(body, head.length, "utf8");
  else bytes.set(body, head.length);
  return [bytes];
}

function headOf({ method, path, host, headers, body }: HttpRequest, bodyLength: number): string {
  let head = `${method} ${plainPath.test(path) ? path : normalized(path)} HTTP/1.1\r\nhost: ${host}\r\n`;
  let accepts = false;
  let encodes = false;
  let named = false;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const lower = names.get(name) ?? learn(name);
    if (own.has(lower)) continue;
    if (badValue.test(value)) throw unsendable();
    head += `${lower}: ${value}\r\n`;
    if (lower === "accept") accepts = true;
    else if (lower === "accept-encoding") encodes = true;
    else if (lower === "user-agent") named = true;
  }
  if (!accepts) head += "accept: */*\r\n";
  if (!encodes) head += "accept-encoding: identity\r\n";
  if (!named) head += "user-agent: penstock\r\n";
  return body === undefined ? `${head}\r\n` : `${head}content-length: ${bodyLength}\r\n\r\n`;
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
