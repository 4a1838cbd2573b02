import type { HttpBody, HttpBodyReader, HttpRead } from "./http-answer.ts";
import { tooLongAnswer, wholeAnswerLimit } from "./whole-answer-limit.ts";

/** Bytes that wait for their reader, above which the connection is not read until they are taken. */
const highWater = 16 * 1024;
/** Bytes of a piece that is made of several. */
const pieceLimit = 32 * 1024;

/** The end of the line a body comes from. */
export interface BodyFlow {
  /** The reader does not keep up. */
  pause(): void;
  resume(): void;
  /** Its reader takes all that comes: nothing is gained by reading it in small pieces. */
  widen(): void;
  /** Nobody wants the rest. */
  abandon(): void;
}

interface Waiting {
  /** Whether it wants the whole body. */
  readonly whole: boolean;
  readonly resolve: (read: HttpRead) => void;
  readonly reject: (error: unknown) => void;
}

/** A body on its way in: read piece by piece, as fast as its reader takes it, or as a whole. */
export class IncomingBody implements HttpBody, HttpBodyReader {
  readonly #flow: BodyFlow;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #paused = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: Waiting | undefined;

  constructor(flow: BodyFlow) {
    this.#flow = flow;
  }

  getReader(): HttpBodyReader {
    return this;
  }

  /** The next piece; rejects as `HttpAnswer.bytes`. Small ones that piled up meanwhile are one. */
  read(): Promise<HttpRead> {
    if (this.#queued > 0) {
      const value = this.#queued <= pieceLimit ? this.#take() : this.#takeFirst();
      return Promise.resolve({ done: false, value });
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#ended) return Promise.resolve({ done: true });
    this.#resume();
    return this.#wait(false);
  }

  /** Rejects with `upstream_malformed`, besides, when it is too long to be held. */
  async bytes(): Promise<Uint8Array> {
    if (!this.#ended && this.#failure === undefined) {
      this.#resume();
      this.#flow.widen();
      await this.#wait(true);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#take();
  }

  cancel(): Promise<void> {
    this.#queue = [];
    this.#queued = 0;
    if (!this.#ended && this.#failure === undefined) {
      this.end();
      this.#flow.abandon();
    }
    return Promise.resolve();
  }

  /** A piece came in. */
  push(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const waiting = this.#waiting;
    if (waiting !== undefined && !waiting.whole) {
      this.#waiting = undefined;
      // So much at once means that more is waiting: it comes when this is taken.
      if (bytes.length > highWater) this.#pause();
      waiting.resolve({ done: false, value: bytes });
      return;
    }
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (waiting !== undefined) {
      if (this.#queued > wholeAnswerLimit) this.#refuse();
    } else if (this.#queued > highWater) this.#pause();
  }

  /** The last piece was in. */
  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true });
    this.#waiting = undefined;
  }

  /** There will be no more, and it is not whole. Pieces that came before can still be read. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #refuse(): void {
    this.#queue = [];
    this.#queued = 0;
    this.fail(tooLongAnswer());
    this.#flow.abandon();
  }

  #wait(whole: boolean): Promise<HttpRead> {
    return new Promise((resolve, reject) => {
      this.#waiting = { whole, resolve, reject };
    });
  }

  #take(): Uint8Array {
    const [first = new Uint8Array(0)] = this.#queue;
    const all = this.#queue.length > 1 ? Buffer.concat(this.#queue) : first;
    this.#queue = [];
    this.#queued = 0;
    return all;
  }

  #takeFirst(): Uint8Array {
    const first = this.#queue.shift() ?? new Uint8Array(0);
    this.#queued -= first.length;
    return first;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#flow.pause();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#ended) this.#flow.resume();
  }
}
