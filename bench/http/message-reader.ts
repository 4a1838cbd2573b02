import { BenchError } from "../bench-error.ts";

/** Receives one HTTP/1.1 message after the other, without framing bytes. */
export interface MessageSink {
  /** Start line and headers as they came, without the empty line. */
  head(text: string): void;
  /** A piece of the body; valid during the call only. */
  body(piece: Buffer): void;
  end(): void;
}

const headEnd = Buffer.from("\r\n\r\n");
const lineFeed = 10;

type State = "head" | "length" | "chunk-size" | "chunk-data" | "chunk-end" | "trailer";

/**
 * Incremental reader of HTTP/1.1 messages with `content-length` or chunked bodies, in either direction; a message with
 * neither has no body. Throws `BenchError` on what it cannot frame.
 */
export class MessageReader {
  readonly #sink: MessageSink;
  #state: State = "head";
  #head: Buffer | undefined;
  #remaining = 0;
  #line = "";

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** True between messages. */
  get idle(): boolean {
    return this.#state === "head" && this.#head === undefined;
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(bytes, at);
      case "length":
      case "chunk-data":
        return this.#readData(bytes, at);
      default:
        return this.#readLine(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const held = this.#head;
    const all = held === undefined ? bytes.subarray(at) : Buffer.concat([held, bytes.subarray(at)]);
    const end = all.indexOf(headEnd);
    if (end === -1) {
      this.#head = held === undefined ? Buffer.from(all) : all;
      return bytes.length;
    }
    this.#head = undefined;
    const text = all.toString("latin1", 0, end);
    this.#sink.head(text);
    this.#begin(text);
    return at + end + headEnd.length - (held?.length ?? 0);
  }

  #begin(head: string): void {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      this.#remaining = Number(length);
      if (this.#remaining === 0) this.#finish();
      else this.#state = "length";
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = "chunk-size";
    } else {
      this.#finish();
    }
  }

  #readData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#remaining);
    this.#remaining -= end - at;
    this.#sink.body(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (this.#remaining === 0) {
      if (this.#state === "length") this.#finish();
      else this.#state = "chunk-end";
    }
    return end;
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(lineFeed, at);
    if (end === -1) {
      this.#line += bytes.toString("latin1", at);
      return bytes.length;
    }
    const line = `${this.#line}${bytes.toString("latin1", at, end)}`.trimEnd();
    this.#line = "";
    this.#endLine(line);
    return end + 1;
  }

  #endLine(line: string): void {
    if (this.#state === "chunk-end") {
      this.#state = "chunk-size";
    } else if (this.#state === "trailer") {
      if (line === "") this.#finish();
    } else {
      this.#remaining = Number.parseInt(line, 16);
      if (Number.isNaN(this.#remaining)) {
        throw new BenchError(`Not a chunk size: ${JSON.stringify(line)}`, "Report this framing error.");
      }
      this.#state = this.#remaining === 0 ? "trailer" : "chunk-data";
    }
  }

  #finish(): void {
    this.#state = "head";
    this.#sink.end();
  }
}
