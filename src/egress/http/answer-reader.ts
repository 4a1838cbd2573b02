import { type AnswerHead, chunked, readAnswerHead, untilClose } from "./answer-head.ts";
import { ChunkedReader } from "./chunked-reader.ts";
import { malformedAnswer } from "./malformed-answer.ts";

/** What an answer is told to, piece by piece. */
export interface AnswerSink {
  head(head: AnswerHead): void;
  /** Bytes of the body without their framing; its own from here on. */
  piece(bytes: Uint8Array): void;
  end(): void;
}

/** Bytes of status line and headers; interim answers (1xx) count as well. */
const headLimit = 64 * 1024;
const headEnd = Buffer.from("\r\n\r\n");

type State = "head" | "length" | "chunked" | "close" | "done";

/** Reads one HTTP/1.1 answer after the other from the pieces a connection delivers. */
export class AnswerReader {
  readonly #sink: AnswerSink;
  readonly #chunks = new ChunkedReader();
  #state: State = "head";
  #held: Buffer | undefined;
  #headBytes = 0;
  #remaining = 0;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Makes ready for the next answer. */
  reset(): void {
    this.#state = "head";
    this.#headBytes = 0;
  }

  /**
   * Reads on; the bytes are its own from here on. False: there are bytes behind the end of the answer, which belong to nothing.
   *
   * @throws PenstockError `upstream_malformed`.
   */
  push(bytes: Buffer): boolean {
    if (this.#state !== "head") return this.#body(bytes, 0);
    let at = 0;
    let all = bytes;
    if (this.#held !== undefined) {
      all = Buffer.concat([this.#held, bytes]);
      this.#held = undefined;
    }
    while (this.#state === "head") {
      const end = all.indexOf(headEnd, at);
      const size = (end === -1 ? all.length : end) - at;
      if (this.#headBytes + size > headLimit) throw malformedAnswer("the head of its answer is too long");
      if (end === -1) {
        this.#held = all.subarray(at);
        return true;
      }
      this.#headBytes += size;
      const head = readAnswerHead(all.toString("latin1", at, end));
      at = end + headEnd.length;
      // Nothing was asked that a server could switch to; other interim answers only announce the real one.
      if (head.status === 101) throw malformedAnswer("it switches to another protocol");
      if (head.status >= 200) this.#begin(head);
    }
    return this.#body(all, at);
  }

  /** The connection has ended; whether the answer has as well. */
  close(): boolean {
    if (this.#state === "done") return true;
    if (this.#state !== "close") return false;
    this.#end();
    return true;
  }

  #begin(head: AnswerHead): void {
    this.#sink.head(head);
    if (head.length === chunked) {
      this.#chunks.reset();
      this.#state = "chunked";
    } else if (head.length === untilClose) this.#state = "close";
    else {
      this.#remaining = head.length;
      this.#state = "length";
      if (head.length === 0) this.#end();
    }
  }

  #body(bytes: Buffer, at: number): boolean {
    switch (this.#state) {
      case "length": {
        const end = Math.min(bytes.length, at + this.#remaining);
        if (end === at) return true;
        this.#remaining -= end - at;
        this.#sink.piece(part(bytes, at, end));
        if (this.#remaining === 0) this.#end();
        return end === bytes.length;
      }
      case "chunked": {
        const end = this.#chunks.push(bytes, at);
        const piece = this.#chunks.take(bytes);
        if (piece !== undefined) this.#sink.piece(piece);
        if (this.#chunks.finished) this.#end();
        return end === bytes.length;
      }
      case "close":
        if (at < bytes.length) this.#sink.piece(part(bytes, at, bytes.length));
        return true;
      default:
        return at === bytes.length;
    }
  }

  #end(): void {
    this.#state = "done";
    this.#sink.end();
  }
}

function part(bytes: Buffer, start: number, end: number): Buffer {
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
}
