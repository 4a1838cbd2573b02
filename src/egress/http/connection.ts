import type { Socket } from "bun";
import type { AnswerHead } from "./answer-head.ts";
import { AnswerReader, type AnswerSink } from "./answer-reader.ts";
import { ConnectTimeout } from "./connect-timeout.ts";
import type { Carrier, Exchange } from "./exchange.ts";
import type { ReadAhead } from "./read-ahead.ts";
import { writeAll } from "./request-bytes.ts";

/** Where a connection returns to, or is replaced. */
export interface ConnectionHome {
  readonly readAhead: ReadAhead;
  /** It is free for another exchange. */
  released(connection: Connection, keepAliveMs: number | undefined): void;
  /** It is gone. */
  closed(connection: Connection): void;
  /** Carries an exchange on a connection that nobody has used yet. */
  carryAnew(exchange: Exchange): void;
}

/**
 * Milliseconds after sending within which a used connection that closes without a byte counts as closed before the request
 * arrived: the server hung up an idle connection at the moment it was used again. A later end may be that of its work.
 */
const closingRaceMs = 1_000;

/** One connection to a server; carries one exchange at a time. */
export class Connection implements AnswerSink, Carrier {
  /** Milliseconds of `performance.now()` after which it is not used again; set by its home. */
  expiresAt = 0;
  isOpen = true;
  readonly #home: ConnectionHome;
  readonly #reader = new AnswerReader(this);
  #socket: Socket<Connection> | undefined;
  /** Requests may be sent: connected, and its certificate is good. */
  #ready = false;
  #exchange: Exchange | undefined;
  /** Runs until requests may be sent. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** Carried an exchange before this one. */
  #used = false;
  #answered = false;
  #keepAlive = false;
  #keepAliveMs: number | undefined;
  #sentAt = 0;
  /** What of the request the socket has not taken yet. */
  #unsent: Uint8Array[] | undefined;
  #paused = false;
  /** Bytes it is read ahead; 0: as many as there are. */
  #window = 0;

  constructor(home: ConnectionHome) {
    this.#home = home;
  }

  /** Sends a request, at once or as soon as the connection is there. */
  carry(exchange: Exchange): void {
    this.#exchange = exchange;
    exchange.carriedBy(this);
    if (this.#socket === undefined || !this.#ready) return;
    this.#socket.ref();
    this.#send(this.#socket, exchange);
  }

  /** Gives up when no request may be sent after so many milliseconds. */
  expectWithin(connectMs: number): void {
    this.#patience = setTimeout(() => {
      this.refused(new ConnectTimeout(connectMs));
      this.#socket?.terminate();
    }, connectMs);
  }

  /** The other end took the connection. */
  connected(socket: Socket<Connection>): void {
    this.#socket = socket;
    this.#window = this.#home.readAhead.narrow(socket);
    // It was given up while it was being made.
    if (!this.isOpen) socket.terminate();
  }

  /** May be used from now on. */
  opened(): void {
    if (this.#socket === undefined || this.#exchange === undefined) return;
    this.#ready = true;
    clearTimeout(this.#patience);
    this.#send(this.#socket, this.#exchange);
  }

  received(bytes: Buffer): void {
    if (this.#exchange === undefined) {
      this.#hangUp();
      return;
    }
    this.#answered = true;
    try {
      if (!this.#reader.push(bytes)) this.#hangUp();
    } catch (error) {
      this.#detach()?.fail(error);
      this.#hangUp();
    }
  }

  drained(): void {
    if (this.#socket !== undefined && this.#unsent !== undefined)
      this.#unsent = writeAll(this.#socket, this.#unsent);
  }

  /** The connection has ended, or was never made. `cause`: what the runtime says of it. */
  lost(cause: unknown): void {
    this.#forget();
    const ended = cause === undefined && this.#exchange !== undefined && this.#reader.close();
    const exchange = this.#detach();
    if (ended || exchange === undefined) return;
    const raced = this.#used && !this.#answered && performance.now() - this.#sentAt < closingRaceMs;
    if (raced && !exchange.retried) {
      exchange.retried = true;
      this.#home.carryAnew(exchange);
    } else exchange.lost(cause);
  }

  /** Nothing was sent: whoever called may try another address. */
  refused(error: unknown): void {
    this.#forget();
    this.#detach()?.fail(error);
  }

  head(head: AnswerHead): void {
    this.#keepAlive = head.keepAlive;
    this.#keepAliveMs = head.keepAliveMs;
    this.#exchange?.begin(head);
  }

  piece(bytes: Uint8Array): void {
    this.#exchange?.piece(bytes);
  }

  end(): void {
    const exchange = this.#detach();
    // Its last piece may have been too much for its reader; the next answer has another.
    this.resume();
    // An answer that came before all was asked leaves a connection that nobody understands.
    if (!this.#keepAlive || this.#unsent !== undefined) this.#hangUp();
    else if (this.isOpen) {
      this.#used = true;
      this.#socket?.unref();
      this.#home.released(this, this.#keepAliveMs);
    }
    exchange?.end();
  }

  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
  }

  widen(): void {
    if (this.#window === 0 || this.#socket === undefined) return;
    this.#window = 0;
    this.#home.readAhead.widen(this.#socket);
  }

  abandon(): void {
    this.#detach();
    this.#hangUp();
  }

  #detach(): Exchange | undefined {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    return exchange;
  }

  #send(socket: Socket<Connection>, exchange: Exchange): void {
    const { readAhead } = this.#home;
    if (this.#window === 0 || this.#window > 2 * readAhead.share) this.#window = readAhead.narrow(socket);
    this.#reader.reset();
    this.#answered = false;
    this.#sentAt = performance.now();
    // What is not taken now is sent when the socket is drained; of one that is closed its handler tells.
    this.#unsent = exchange.request?.writeTo(socket);
  }

  #hangUp(): void {
    this.#forget();
    this.#socket?.terminate();
  }

  #forget(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    clearTimeout(this.#patience);
    this.#home.closed(this);
  }
}
