import type { EgressGuard } from "./egress-guard.ts";
import { connectPinned, pinOrigin } from "./pin-origin.ts";

export interface GuardedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** GET unless told. */
  readonly method?: "GET" | "POST";
  readonly body?: string;
  /** How many redirects of a GET are followed, each checked anew; after the last the 3xx is handed back. Default: none. */
  readonly redirects?: number;
  /** Told of the host of every hop before it is called; ends the call by throwing. */
  readonly admit?: (host: string) => void;
  /** What a refusal calls the place; default: the name in the URL. */
  readonly target?: string;
}

/**
 * Calls a URL that somebody else chose. The name is resolved once per hop and the connection goes to an address that was
 * checked, so that a name which changes its mind in between leads nowhere. TLS is verified against the name.
 *
 * @throws PenstockError `egress_refused`; everything else as `fetch` does.
 */
export async function guardedFetch(
  guard: EgressGuard,
  url: string,
  request: GuardedRequest,
): Promise<Response> {
  const { method = "GET", body, signal } = request;
  const allowed = method === "GET" ? (request.redirects ?? 0) : 0;
  let here = new URL(url);
  let headers = request.headers;
  for (let left = allowed; ; left--) {
    request.admit?.(here.hostname);
    const pinning = pinOrigin(guard, here, request.target ?? `\`${here.host}\``);
    const origin = await unlessAborted(pinning, signal);
    const response = await connectPinned(guard, {
      origin,
      path: here.pathname + here.search,
      init: {
        method,
        headers: { ...headers },
        signal,
        redirect: "manual",
        ...(body !== undefined && { body }),
      },
    });
    const next = left > 0 ? redirectOf(response, here) : undefined;
    if (next === undefined) return response;
    await response.body?.cancel();
    // What was meant for one origin is not told to another.
    if (next.origin !== here.origin) headers = plainHeaders(headers);
    here = next;
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = redirects.has(response.status) ? response.headers.get("location") : null;
  return location === null ? undefined : (URL.parse(location, from.href) ?? undefined);
}

function plainHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const plain = ["accept", "user-agent"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => plain.includes(name.toLowerCase())));
}

/** A resolver cannot be told to stop, but it need not be waited for. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  return promise;
}
