import { lookup } from "node:dns/promises";
import type { EgressPolicy } from "./is-forbidden-address.ts";

/** Bun's `fetch`, as far as it is needed to call one address under another name. */
export type Connect = (url: string, init: ConnectInit) => Promise<Response>;

export interface ConnectInit {
  readonly method: "GET" | "POST";
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | string;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
  /** The name the certificate must be for; also what the server is told. */
  readonly tls?: { readonly serverName: string };
}

/** Everything that leaves this server goes through one of these. */
export interface EgressGuard {
  readonly policy: EgressPolicy;
  /** All addresses of a name, the one to be tried first first. Rejects when there is none. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly connect: Connect;
}

/** The guard of a running server: the system's resolver and the runtime's own `fetch`. */
export function systemGuard(policy: EgressPolicy): EgressGuard {
  return {
    policy,
    resolve: async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
    connect: (url, init) => fetch(url, init),
  };
}
