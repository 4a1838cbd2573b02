import type { Socket } from "bun";
import { MessageReader, type MessageSink } from "../http/message-reader.ts";
import { SocketWriter } from "../http/socket-writer.ts";

/** Sees one answer as it arrives. */
export interface ReplyObserver {
  begin(head: string): void;
  body(piece: Buffer): void;
}

/** When an answer arrived, in milliseconds of `performance.now()`. */
export interface ReplyTimes {
  readonly firstByte: number;
  readonly end: number;
  /** The connection broke before the answer was whole. */
  readonly broken: string | undefined;
}

/** One keep-alive connection that carries one request at a time. It opens itself again when the server has closed it. */
export class ClientConnection implements MessageSink {
  readonly #port: number;
  readonly #observer: ReplyObserver;
  readonly #onGap: ((ms: number) => void) | undefined;
  #lastPiece = 0;
  #socket: Socket | undefined;
  #writer = new SocketWriter();
  #reader = new MessageReader(this);
  #firstByte = 0;
  #settle: ((times: ReplyTimes) => void) | undefined;
  /** How often the connection had to be opened. */
  opened = 0;

  /** `onGap` is told the milliseconds between two pieces of one answer. */
  constructor(port: number, observer: ReplyObserver, onGap?: (ms: number) => void) {
    this.#port = port;
    this.#observer = observer;
    this.#onGap = onGap;
  }

  /** Sends `request`; `done` is called once, when the answer is whole or the connection broke. */
  send(request: Buffer, done: (times: ReplyTimes) => void): void {
    this.#firstByte = 0;
    this.#settle = done;
    const socket = this.#socket;
    if (socket !== undefined) {
      this.#writer.write(socket, request);
      return;
    }
    this.open().then(
      (fresh) => this.#writer.write(fresh, request),
      (error) => this.#break(String(error)),
    );
  }

  async open(): Promise<Socket> {
    this.opened += 1;
    this.#reader = new MessageReader(this);
    this.#writer = new SocketWriter();
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: this.#port,
      socket: {
        data: (_, bytes) => this.#receive(bytes),
        drain: (writable) => this.#writer.drain(writable),
        close: () => this.#closed(),
        error: (_, error) => this.#break(error.message),
      },
    });
    this.#socket = socket;
    return socket;
  }

  close(): void {
    this.#socket?.end();
    this.#socket = undefined;
  }

  head(text: string): void {
    this.#observer.begin(text);
  }

  body(piece: Buffer): void {
    const isFirst = this.#firstByte === 0;
    if (isFirst) this.#firstByte = performance.now();
    if (this.#onGap !== undefined) {
      const now = performance.now();
      if (!isFirst) this.#onGap(now - this.#lastPiece);
      this.#lastPiece = now;
    }
    this.#observer.body(piece);
  }

  end(): void {
    const end = performance.now();
    this.#done({ firstByte: this.#firstByte === 0 ? end : this.#firstByte, end, broken: undefined });
  }

  #receive(bytes: Buffer): void {
    try {
      this.#reader.push(bytes);
    } catch (error) {
      this.#break(String(error));
    }
  }

  #closed(): void {
    this.#socket = undefined;
    this.#break("the connection was closed before the answer was whole");
  }

  #break(reason: string): void {
    const end = performance.now();
    this.#done({ firstByte: end, end, broken: reason });
  }

  #done(times: ReplyTimes): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(times);
  }
}
