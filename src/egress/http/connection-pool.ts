import type { SocketHandler } from "bun";
import { PenstockError } from "../../errors/penstock-error.ts";
import { Connection, type ConnectionHome } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { ReadAhead } from "./read-ahead.ts";

/** Milliseconds an idle connection is kept, when its server names no shorter time. */
const idleMs = 60_000;
/** Milliseconds by which a connection is given up before its server would: what is sent then is not lost. */
const marginMs = 1_000;
/** Idle connections kept for one server; more are closed when they are free. */
const maxIdle = 1_024;

/** What is offered to a server that speaks several protocols, in the form of RFC 7301: length and name. */
const alpn = Buffer.from("\x08http/1.1", "latin1");

/** Where connections of one pool go to. */
export interface Destination {
  /** An address. */
  readonly hostname: string;
  readonly port: number;
  /** Present for TLS. */
  readonly tls?: { readonly serverName?: string; readonly ca?: string };
}

/** The connections to one address under one name. The one that was used last is used first, so that few stay open. */
export class ConnectionPool implements ConnectionHome {
  readonly readAhead: ReadAhead;
  readonly #destination: Destination;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];

  constructor(destination: Destination, readAhead: ReadAhead) {
    this.#destination = destination;
    this.readAhead = readAhead;
  }

  get size(): number {
    return this.#open.size;
  }

  carry(exchange: Exchange): void {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) {
        this.carryAnew(exchange);
        return;
      }
      if (!connection.isOpen) continue;
      if (connection.expiresAt > performance.now()) {
        connection.carry(exchange);
        return;
      }
      connection.abandon();
    }
  }

  carryAnew(exchange: Exchange): void {
    const connection = new Connection(this);
    this.#open.add(connection);
    this.readAhead.opened();
    connection.carry(exchange);
    connection.expectWithin(exchange.connectMs);
    const { hostname, port, tls } = this.#destination;
    Bun.connect<Connection>({
      hostname,
      port,
      data: connection,
      ...(tls === undefined ? { socket: plain } : { tls: { ...tls, ALPNProtocols: alpn }, socket: secure }),
    }).catch((error: unknown) => connection.refused(error));
  }

  released(connection: Connection, keepAliveMs: number | undefined): void {
    const forMs = Math.min(idleMs, (keepAliveMs ?? idleMs + marginMs) - marginMs);
    if (forMs <= 0 || this.#idle.length >= maxIdle) {
      connection.abandon();
      return;
    }
    connection.expiresAt = performance.now() + forMs;
    this.#idle.push(connection);
  }

  closed(connection: Connection): void {
    if (this.#open.delete(connection)) this.readAhead.closed();
  }

  /** Closes what has been idle for long. */
  sweep(now: number): void {
    const idle = this.#idle.splice(0);
    for (const connection of idle) {
      if (!connection.isOpen) continue;
      if (connection.expiresAt > now) this.#idle.push(connection);
      else connection.abandon();
    }
  }
}

const common: Pick<SocketHandler<Connection>, "open" | "data" | "drain" | "close" | "error"> = {
  open: (socket) => socket.data.connected(socket),
  data: (socket, bytes) => socket.data.received(bytes),
  drain: (socket) => socket.data.drained(),
  close: (socket, error) => socket.data.lost(error),
  error: (socket, error) => socket.data.lost(error),
};

const plain: SocketHandler<Connection> = {
  ...common,
  open(socket) {
    socket.data.connected(socket);
    socket.data.opened();
  },
};

const secure: SocketHandler<Connection> = {
  ...common,
  // The runtime has checked the chain, and the name or address, against what was connected to.
  handshake(socket, success, error) {
    if (success && (error === null || isTrustedAnyway())) socket.data.opened();
    else {
      socket.data.refused(new PenstockError("upstream_unreachable", { cause: error }));
      socket.terminate();
    }
  },
};

/** The runtime's own switch, which its `fetch` obeys as well. */
function isTrustedAnyway(): boolean {
  return process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0";
}
