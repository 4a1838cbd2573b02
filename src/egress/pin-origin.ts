import { PenstockError } from "../errors/penstock-error.ts";
import type { ConnectInit, EgressGuard } from "./egress-guard.ts";
import { ConnectTimeout } from "./http/connect-timeout.ts";
import { isForbiddenAddress } from "./is-forbidden-address.ts";
import { parseAddress } from "./parse-address.ts";
import type { StopSignal } from "./stop-signal.ts";

/** An origin whose name has been resolved and checked: a connection goes to these addresses and to no other. */
export interface PinnedOrigin {
  /** Origins by address, e.g. `https://203.0.113.7:8443`; at least one. */
  readonly targets: readonly string[];
  /** What the server is told it was called by. */
  readonly host: string;
  /** Present for TLS to a name. */
  readonly tls?: { readonly serverName: string };
}

/**
 * Resolves the name of a URL, once, and checks every address it has.
 *
 * @throws PenstockError `egress_refused` when any of them is forbidden; `target` is what the text calls the place.
 */
export async function pinOrigin(guard: EgressGuard, url: URL, target: string): Promise<PinnedOrigin> {
  const { protocol, hostname, host, port } = url;
  if (protocol !== "https:" && protocol !== "http:") throw refused(target);
  const literal = parseAddress(hostname) !== undefined;
  const addresses = literal ? [hostname] : await guard.resolve(hostname);
  if (addresses.length === 0) throw new TypeError("the name has no address");
  if (addresses.some((address) => isForbiddenAddress(address, guard.policy))) throw refused(target);
  const suffix = port === "" ? "" : `:${port}`;
  return {
    targets: addresses.map((address) => `${protocol}//${bracketed(address)}${suffix}`),
    host,
    ...(protocol === "https:" && !literal && { tls: { serverName: hostname } }),
  };
}

/** How the runtime says that nothing listens there: no byte of the request has left. */
const notConnected: ReadonlySet<unknown> = new Set([
  "ConnectionRefused",
  "FailedToOpenSocket",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
]);

/** Calls the first address that takes the connection. `path` begins with a slash. */
export function connectPinned(
  guard: EgressGuard,
  { origin, path, init }: { origin: PinnedOrigin; path: string; init: ConnectInit },
): Promise<Response> {
  const pinned: ConnectInit = {
    ...init,
    headers: { ...init.headers, host: origin.host },
    ...(origin.tls !== undefined && { tls: origin.tls }),
  };
  return firstThatConnects({
    targets: origin.targets,
    signal: init.signal,
    attempt: (target) => guard.connect(target + path, pinned),
  });
}

export interface Attempts<T> {
  readonly targets: readonly string[];
  readonly signal: StopSignal;
  readonly attempt: (target: string) => Promise<T>;
}

/** Calls one address after the other until one takes the connection, or the signal says it is enough. */
export async function firstThatConnects<T>({ targets, signal, attempt }: Attempts<T>): Promise<T> {
  let failure: unknown;
  for (const target of targets) {
    try {
      return await attempt(target);
    } catch (error) {
      failure = error;
      if (signal.aborted || !neverConnected(error)) break;
    }
  }
  throw failure;
}

function neverConnected(error: unknown): boolean {
  return error instanceof ConnectTimeout || notConnected.has((error as { code?: unknown } | null)?.code);
}

function refused(target: string): PenstockError {
  return new PenstockError("egress_refused", { fields: { target } });
}

function bracketed(address: string): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}
