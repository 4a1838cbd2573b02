import { ConnectionPool } from "./connection-pool.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { ReadAhead } from "./read-ahead.ts";

/** A request and where it goes; its signal ends the call at once, wherever it is. */
export interface HttpCall extends ExchangeOptions {
  /** Origin by address, e.g. `https://203.0.113.7:8443`. */
  readonly target: string;
  /** The name its certificate must be for; absent: the address. Ignored without TLS. */
  readonly serverName: string | undefined;
}

export interface HttpClientOptions {
  /** Certificates to trust in place of the runtime's; for tests. */
  readonly ca?: string;
}

/** Milliseconds between two looks for connections that have been idle for long. */
const sweepMs = 10_000;

/**
 * HTTP/1.1 over sockets of its own, for calls of vendors: see docs/adr/0013. Connections are kept and used again, answers
 * are read no faster than they are taken, redirects are handed back, nothing is remembered between calls.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #readAhead = new ReadAhead();
  /** By target, then by the name on the certificate: one key of both would be made for every call. */
  readonly #pools = new Map<string, Map<string | undefined, ConnectionPool>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: HttpClientOptions = {}) {
    this.#options = options;
  }

  /**
   * Resolves with the head of the answer. Rejects with the signal's reason, with the runtime's error when no connection
   * could be made (`code` says why), and with `PenstockError`: `upstream_unreachable` for a connection that broke or took too
   * long to be made (`ConnectTimeout`), `upstream_malformed`, `provider_misconfigured`.
   */
  call(call: HttpCall): Promise<HttpAnswer> {
    const { signal } = call;
    if (signal.aborted) return Promise.reject(signal.reason);
    try {
      const exchange = new Exchange(call);
      this.#poolFor(call).carry(exchange);
      return exchange.answer;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Connections that are open, idle ones too. */
  get connections(): number {
    let count = 0;
    for (const pools of this.#pools.values()) for (const pool of pools.values()) count += pool.size;
    return count;
  }

  #poolFor(call: HttpCall): ConnectionPool {
    return this.#pools.get(call.target)?.get(call.serverName) ?? this.#addPool(call);
  }

  #addPool({ target, serverName }: HttpCall): ConnectionPool {
    const { protocol, hostname, port } = new URL(target);
    const isSecure = protocol === "https:";
    const { ca } = this.#options;
    const pool = new ConnectionPool(
      {
        hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
        port: port === "" ? (isSecure ? 443 : 80) : Number(port),
        ...(isSecure && {
          tls: { ...(serverName !== undefined && { serverName }), ...(ca !== undefined && { ca }) },
        }),
      },
      this.#readAhead,
    );
    const pools = this.#pools.get(target) ?? new Map<string | undefined, ConnectionPool>();
    this.#pools.set(target, pools.set(serverName, pool));
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.#sweep(), sweepMs);
      this.#timer.unref();
    }
    return pool;
  }

  #sweep(): void {
    const now = performance.now();
    for (const [target, pools] of this.#pools) {
      for (const [serverName, pool] of pools) {
        pool.sweep(now);
        if (pool.size === 0) pools.delete(serverName);
      }
      if (pools.size === 0) this.#pools.delete(target);
    }
    if (this.#pools.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
