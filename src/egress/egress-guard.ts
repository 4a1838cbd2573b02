import { lookup } from "node:dns/promises";
import type { HttpAnswer } from "./http/http-answer.ts";
import { type HttpCall, HttpClient } from "./http/http-client.ts";
import type { EgressPolicy } from "./is-forbidden-address.ts";
import type { StopSignal } from "./stop-signal.ts";

/** Bun's `fetch`, as far as it is needed to call one address under another name. */
export type Connect = (url: string, init: ConnectInit) => Promise<Response>;

export interface ConnectInit {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
  /** Milliseconds that a new connection may take; only our own client keeps to it. */
  readonly connectMs?: number | undefined;
  /** The name the certificate must be for; also what the server is told. */
  readonly tls?: { readonly serverName: string };
}

/** A call of a model: what ends it need not be an `AbortSignal`. */
export interface CallInit extends Omit<ConnectInit, "signal"> {
  readonly signal: StopSignal;
}

/** Everything that leaves this server goes through one of these. */
export interface EgressGuard {
  readonly policy: EgressPolicy;
  /** All addresses of a name, the one to be tried first first. Rejects when there is none. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly connect: Connect;
  /** How models are called, where it is not by `connect`. */
  readonly call?: CallVendor;
}

/** A call of one address, as `HttpClient` makes it. */
export type CallVendor = (call: HttpCall) => Promise<HttpAnswer>;

/** What models are called by: `sockets`, HTTP/1.1 by our own client, or the runtime's `fetch`. */
export const httpClients = ["sockets", "fetch"] as const;
export type HttpClientName = (typeof httpClients)[number];

/** The guard of a running server: the system's resolver; everything but calls of models goes by the runtime's `fetch`. */
export function systemGuard(policy: EgressPolicy, client: HttpClientName = "sockets"): EgressGuard {
  const own = client === "sockets" ? new HttpClient() : undefined;
  return {
    ...(own !== undefined && { call: (call) => own.call(call) }),
    policy,
    resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
    connect: (url, init) => fetch(url, init),
  };
}
