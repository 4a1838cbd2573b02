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

/** Whoever waits for something of a body. */
interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A body on its way in: read piece by piece, as fast as its reader takes it, or as a whole. */
export class IncomingBody implements HttpBody, HttpBodyReader {
  readonly #flow: BodyFlow;
  /** Made when there is something to put in: most pieces go to a reader that waits. */
  #queue: Uint8Array[] | undefined;
  #queued = 0;
  #paused = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  /** Both while the next piece is waited for. */
  #resolve: ((read: HttpRead) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  /** One function for all reads: a closure a piece would be garbage a piece. */
  #executor: ((resolve: (read: HttpRead) => void, reject: (error: unknown) => void) => void) | undefined;
  /** Whoever waits for the whole body. */
  #whole: Waiting<Uint8Array> | undefined;

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
    this.#executor ??= (resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    };
    return new Promise(this.#executor);
  }

  /** Rejects with `upstream_malformed`, besides, when it is too long to be held. */
  bytes(): Promise<Uint8Array> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#ended) return Promise.resolve(this.#take());
    this.#resume();
    this.#widen();
    return new Promise((resolve, reject) => {
      this.#whole = { resolve, reject };
    });
  }

  cancel(): Promise<void> {
    this.#drop();
    if (!this.#ended && this.#failure === undefined) {
      this.end();
      this.#flow.abandon();
    }
    return Promise.resolve();
  }

  /** A piece came in. */
  push(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const resolve = this.#resolve;
    if (resolve !== undefined) {
      this.#resolve = undefined;
      // So much at once means that more is waiting: it comes when this is taken.
      if (bytes.length > highWater) this.#pause();
      resolve({ done: false, value: bytes });
      return;
    }
    this.#queue ??= [];
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (this.#whole !== undefined) {
      if (this.#queued > wholeAnswerLimit) this.#refuse();
      else this.#widen();
    } else if (this.#queued > highWater) this.#pause();
  }

  /** The last piece was in. */
  end(): void {
    this.#ended = true;
    this.#resolve?.({ done: true });
    this.#resolve = undefined;
    if (this.#whole !== undefined) this.#whole.resolve(this.#take());
    this.#whole = undefined;
  }

  /** There will be no more, and it is not whole. Pieces that came before can still be read. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = { error };
    if (this.#resolve !== undefined) this.#reject?.(error);
    this.#resolve = undefined;
    this.#whole?.reject(error);
    this.#whole = undefined;
  }

  #refuse(): void {
    this.#drop();
    this.fail(tooLongAnswer());
    this.#flow.abandon();
  }

  #take(): Uint8Array {
    const queue = this.#queue ?? [];
    const [first] = queue;
    this.#drop();
    return first !== undefined && queue.length === 1 ? first : Buffer.concat(queue);
  }

  #takeFirst(): Uint8Array {
    const first = this.#queue?.shift() ?? new Uint8Array(0);
    this.#queued -= first.length;
    return first;
  }

  #drop(): void {
    this.#queue = undefined;
    this.#queued = 0;
  }

  /** Most answers are over before it is worth two calls of the system: one now, one to take it back for the next answer. */
  #widen(): void {
    if (this.#queued > highWater) this.#flow.widen();
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
